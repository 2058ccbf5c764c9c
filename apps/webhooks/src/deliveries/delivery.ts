import type { DeliveryStatus, EventType } from '@qflow/contracts';

/**
 * One event for one subscription, as this process holds it. Moments are on its monotonic clock (`performance.now()`),
 * so a wall clock that is set changes nothing; between processes only the database's clock counts.
 */
export interface Delivery {
  id: string;
  subscriptionId: string;
  accountId: string;
  eventId: string;
  eventType: EventType;
  /** The send it is about. */
  sendId: string | null;
  correlationId: string | null;
  /** `event`: made by the event itself. `replay`: made again on request. `test`: by a test call. */
  origin: 'event' | 'replay' | 'test';
  /** The delivery that a replay repeats. */
  replayOf: string | null;
  /** Exactly what is signed and posted, at every attempt. */
  body: string;
  /** Attempts made so far. */
  attempts: number;
  /** The end of its schedule. */
  expiresAt: number;
  /** When this replica's claim lapses; nothing is begun on a claim that is about to. Infinite while nobody else knows it. */
  claimedUntil: number;
}

/** Where a delivery stands, and when it is looked at again. */
export interface Verdict {
  status: DeliveryStatus;
  /** Until the next attempt, or until the claim lapses; ms. Null: there is nothing to wait for. */
  waitMs: number | null;
  /** Whether it waits among those that go out no faster than the replay rate. */
  paced: boolean;
  /** Whether an attempt is under way here, until the claim lapses. */
  claimed?: boolean;
}

/** The waits of a claim beyond the time-out it is for, ms: the wait for a place, and the time it takes to record. */
const claimSlackMs = 8_000;

/** What has to be left of a claim beyond the time-out when an attempt begins, ms. */
const startMarginMs = 2_000;

/**
 * How long a claim lasts, ms: no longer than an attempt can take, so that what a replica held when it was killed is
 * due again soon.
 */
export const claimMs = (timeoutMs: number): number => timeoutMs + claimSlackMs;

/** Whether an attempt that begins now ends within the claim. */
export const isClaimGood = ({ claimedUntil }: Delivery, timeoutMs: number, now: number): boolean =>
  now + timeoutMs + startMarginMs <= claimedUntil;
