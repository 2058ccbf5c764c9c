import { defineRpc } from './rpc.js';
import type { TestResult } from './webhooks.js';

/** How a subscription's webhooks look on the wire. One engine, one adapter per format. */
export const formatNames = ['qflow', 'standard', 'sendcomms', 'emailflow'] as const;

export type FormatName = (typeof formatNames)[number];

/** A subscription's own retry rules; what is not given follows its format. */
export interface RetryRules {
  /** Seconds between the attempts: so many retries follow the first attempt. */
  delaysSeconds?: number[];
  /** Seconds for the whole exchange. */
  timeoutSeconds?: number;
  /** Deliveries in a row that failed for good after which the subscription is disabled; null never disables it. */
  disableAfter?: number | null;
}

/** Why a subscription gets nothing just now. */
export type DisabledReason =
  /** Its owner said so (`active: false`). */
  | 'paused'
  /** The endpoint answered 410 Gone. */
  | 'gone'
  /** Too many deliveries in a row failed for good. */
  | 'failures';

export interface SubscriptionView {
  id: string;
  url: string;
  format: FormatName;
  /** Filters as given: event types, or prefixes such as `comms.*`. */
  events: string[];
  description: string | null;
  /** Names of the headers that go with every request; values are not shown, they may be credentials. */
  headerNames: string[];
  /** The rules in force, defaults of the format included. */
  retry: Required<RetryRules>;
  active: boolean;
  /** Null while active. */
  disabledReason: DisabledReason | null;
  /** RFC 3339, UTC; null while active. */
  disabledAt: string | null;
  /** Deliveries in a row that failed for good. */
  failures: number;
  /** RFC 3339, UTC; null where there was none within the log's 30 days. */
  lastSuccessAt: string | null;
  lastFailureAt: string | null;
  /** `whpk_…`, where requests are signed with Ed25519 as well (Standard Webhooks `v1a`); null otherwise. */
  publicKey: string | null;
  /** Until when the secret before the last rotation signs too; null where only one does. */
  previousSecretUntil: string | null;
  /** The account's single webhook of the Qflow routes. */
  isDefault: boolean;
  created: string;
  updated: string;
}

export interface SubscriptionWithSecret extends SubscriptionView {
  /** Shown in this answer and never again. */
  secret: string;
}

/** What an endpoint missed while its subscription was disabled, offered for a replay. */
export interface MissedDeliveries {
  /** RFC 3339, UTC: `since` of the replay that would bring it. */
  since: string;
  /** At least so many; counting stops at 10,000. */
  deliveries: number;
}

interface OfSubscription {
  accountId: string;
  /** The subscription. */
  id: string;
}

export interface NewSubscription extends OfSubscription {
  url: string;
  /** Null: everything about e-mails and contacts. */
  events: string[] | null;
  format: FormatName;
  /** Null: one is minted. */
  secret: string | null;
  description: string | null;
  headers: Record<string, string>;
  retry: RetryRules;
  /** Sign with Ed25519 as well; only format `standard`. */
  asymmetric: boolean;
}

/**
 * A repetition with the same id answers what the first one made, secret included: ids are minted per request.
 * Errors: `validation_error` (`/url`, `/events/0`, `/secret`, `/headers`, `/retry…`, `/asymmetric`), `webhook_limit`.
 */
export const createSubscription = defineRpc<NewSubscription, SubscriptionWithSecret>(
  'comms.rpc.subscriptions.create.v1',
);

/** Oldest first. */
export const listSubscriptions = defineRpc<{ accountId: string }, SubscriptionView[]>(
  'comms.rpc.subscriptions.list.v1',
);

/** Errors: `not_found`. */
export const getSubscription = defineRpc<OfSubscription, SubscriptionView>('comms.rpc.subscriptions.get.v1');

/** What is undefined stays as it is. `active: true` clears the strikes. */
export interface SubscriptionChanges extends OfSubscription {
  url?: string;
  events?: string[];
  active?: boolean;
  headers?: Record<string, string>;
  retry?: RetryRules;
  description?: string | null;
}

/** `missed` where it was enabled again and events came meanwhile. Errors: `not_found`, `validation_error`. */
export const updateSubscription = defineRpc<
  SubscriptionChanges,
  SubscriptionView & { missed: MissedDeliveries | null }
>('comms.rpc.subscriptions.update.v1');

/** Errors: `not_found`. */
export const deleteSubscription = defineRpc<OfSubscription, { deleted: true }>(
  'comms.rpc.subscriptions.delete.v1',
);

/**
 * For `overlapSeconds` both secrets sign; 0 stops the old one at once. The same `rotationId` again is the same rotation:
 * it answers the secret that was made, and makes none. Errors: `not_found`, `validation_error`.
 */
export const rotateSubscription = defineRpc<
  OfSubscription & { overlapSeconds: number; rotationId?: string },
  SubscriptionWithSecret
>('comms.rpc.subscriptions.rotate.v1');

/** One attempt, made now, also where the subscription is disabled. Errors: `not_found`. */
export const testSubscription = defineRpc<OfSubscription, TestResult>('comms.rpc.subscriptions.test.v1');
