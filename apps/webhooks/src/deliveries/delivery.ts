/**
 * Where a delivery stands.
 * - `pending`: its first attempt is to come, or some attempt is claimed by a replica.
 * - `retrying`: an attempt failed, another one is scheduled.
 * - `delivered`: the receiver answered 2xx.
 * - `failed`: the receiver refused it for good.
 * - `dead`: every attempt is spent; it is on the DEAD stream.
 * - `skipped`: its subscription was disabled when the event came.
 */
export type DeliveryStatus = 'pending' | 'retrying' | 'delivered' | 'failed' | 'dead' | 'skipped';

/** One event for one subscription, as it waits for an attempt. */
export interface Delivery {
  id: string;
  subscriptionId: string;
  accountId: string;
  eventId: string;
  eventType: string;
  correlationId: string | null;
  body: string;
  /** Attempts made so far. */
  attempts: number;
  maxAttempts: number;
  /** When this replica's claim lapses, ms since the epoch; nothing is begun on a claim that is about to. */
  claimedUntil: number;
}

/**
 * How long a claim lasts, ms: longer than waiting in a healthy endpoint's queue plus a full time-out. When a replica
 * dies, its deliveries are due again after this.
 */
export const claimMs = 45_000;

export interface DeliveryRow {
  id: string;
  subscription_id: string;
  account_id: string;
  event_id: string;
  event_type: string;
  correlation_id: string | null;
  body: string;
  attempts: number;
  max_attempts: number;
}

export const deliveryOf = (row: DeliveryRow, claimedUntil: number): Delivery => ({
  id: row.id,
  subscriptionId: row.subscription_id,
  accountId: row.account_id,
  eventId: row.event_id,
  eventType: row.event_type,
  correlationId: row.correlation_id,
  body: row.body,
  attempts: row.attempts,
  maxAttempts: row.max_attempts,
  claimedUntil,
});
