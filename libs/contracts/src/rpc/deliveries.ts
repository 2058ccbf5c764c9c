import type { EventType } from '../event-catalogue.js';
import type { Page, PageRequest } from './pages.js';
import { defineRpc } from './rpc.js';

/**
 * Where a delivery stands.
 * - `pending`: its first attempt is to come, or an attempt is under way.
 * - `retrying`: an attempt failed, another one is scheduled.
 * - `delivered`: the receiver answered 2xx.
 * - `failed`: the receiver refused it for good.
 * - `dead`: every attempt is spent; it is on the DEAD stream.
 * - `skipped`: its subscription was disabled when the event came.
 */
export const deliveryStatuses = ['pending', 'retrying', 'delivered', 'failed', 'dead', 'skipped'] as const;

export type DeliveryStatus = (typeof deliveryStatuses)[number];

export interface AttemptView {
  /** From 1. */
  attempt: number;
  /** RFC 3339, UTC. */
  at: string;
  durationMs: number;
  /** Null where no answer came. */
  statusCode: number | null;
  /** Stable name of the failure; null when delivered. */
  code: string | null;
  /** In words; null when delivered. */
  error: string | null;
  /** The first kilobytes of the answer's body; null where none came. */
  answer: string | null;
}

export interface DeliveryView {
  id: string;
  /** The event, and the webhook id that its receiver sees. */
  eventId: string;
  type: EventType;
  status: DeliveryStatus;
  /** `event`: made by the event itself. `replay`: made again on request. `test`: by a test call. */
  origin: 'event' | 'replay' | 'test';
  /** The delivery this one repeats; null unless it is a replay. */
  replayOf: string | null;
  /** RFC 3339, UTC: when a replay of it was taken by the receiver; null where none was. */
  recoveredAt: string | null;
  attendeeInvitationId: string | null;
  correlationId: string | null;
  /** RFC 3339, UTC. */
  created: string;
  /** RFC 3339, UTC; null where no attempt is to come. */
  nextAttemptAt: string | null;
  /** Oldest first. */
  attempts: AttemptView[];
}

/** With the body exactly as it is signed and posted. */
export interface DeliveryDetail extends DeliveryView {
  body: string;
}

interface OfSubscription {
  accountId: string;
  subscriptionId: string;
}

export interface DeliveryFilter {
  status: DeliveryStatus | null;
  type: EventType | null;
  /** RFC 3339: deliveries of events from then on. */
  since: string | null;
  /** RFC 3339: deliveries of events before then. */
  until: string | null;
}

/** Newest first. Errors: `not_found`, `validation_error` (`/after`). */
export const listDeliveries = defineRpc<OfSubscription & DeliveryFilter & PageRequest, Page<DeliveryView>>(
  'comms.rpc.deliveries.list.v1',
);

/** Errors: `not_found`. */
export const getDelivery = defineRpc<OfSubscription & { id: string }, DeliveryDetail>(
  'comms.rpc.deliveries.get.v1',
);

/**
 * Delivers once more. One that waits for its next attempt gets it now and is answered itself; one that is over is
 * repeated by a new delivery of the same event, with id `newId`. A repetition with the same `newId` answers the same.
 * Errors: `not_found`, `webhook_disabled`.
 */
export const retryDelivery = defineRpc<OfSubscription & { id: string; newId: string }, DeliveryView>(
  'comms.rpc.deliveries.retry.v1',
);

export interface ReplayView {
  id: string;
  /** RFC 3339, UTC. */
  since: string;
  until: string;
  /** Null: every delivery that is over. */
  status: DeliveryStatus | null;
  state: 'running' | 'done' | 'cancelled';
  /** Deliveries made so far. */
  deliveries: number;
  created: string;
  finished: string | null;
}

/**
 * Delivers everything in a range again, oldest first, as new deliveries of the same events with the same webhook ids,
 * marked `X-Qflow-Replay: true`, no faster than the replay rate. With a status, only what ended so and has not been
 * recovered by an earlier replay. Answers once the request for it is durable; a repetition with the same `id` answers
 * the same.
 * Errors: `not_found`, `validation_error` (`/since`, `/until`), `webhook_disabled`, `replay_running`.
 */
export const startReplay = defineRpc<
  OfSubscription & { id: string; since: string; until: string | null; status: DeliveryStatus | null },
  ReplayView
>('comms.rpc.replays.start.v1');

/** Newest first, the last 50. Errors: `not_found`. */
export const listReplays = defineRpc<OfSubscription, ReplayView[]>('comms.rpc.replays.list.v1');

/** What it has made so far is still delivered. Errors: `not_found`. */
export const cancelReplay = defineRpc<OfSubscription & { id: string }, ReplayView>(
  'comms.rpc.replays.cancel.v1',
);

export interface SubscriptionStats {
  /** RFC 3339, UTC: what the figures are about. */
  since: string;
  until: string;
  /** Deliveries looked at: the newest 5,000 of the range at the most, test calls left out. */
  deliveries: number;
  /** Whether the range holds more than were looked at; `since` is then the time of the oldest that was. */
  truncated: boolean;
  byStatus: Record<DeliveryStatus, number>;
  /** delivered ÷ (delivered + failed + dead), 0 to 1; null where nothing is over yet. */
  successRate: number | null;
  /** How long the last attempts took, ms; null where there was none. */
  latencyMs: { p50: number; p95: number; p99: number } | null;
  /** Attempts per delivery that is over, on average; null where there is none. */
  attemptsPerDelivery: number | null;
  /** Deliveries waiting for an attempt just now; counting stops at 10,000. */
  waiting: number;
  /** The newest failure in the range. */
  lastError: { at: string; code: string | null; error: string; statusCode: number | null } | null;
}

/** Errors: `not_found`. */
export const getSubscriptionStats = defineRpc<OfSubscription & { since: string | null }, SubscriptionStats>(
  'comms.rpc.subscriptions.stats.v1',
);
