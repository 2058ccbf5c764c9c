import type { Subscription } from '../subscriptions/subscription.js';
import { isClaimGood, type Delivery } from '../deliveries/delivery.js';
import type { Attempt } from '../deliveries/entry.js';
import type { PostResult } from './post-webhook.js';
import type { RetryPolicy } from './retry-policy.js';
import { signedRequest, type SignedRequest } from './signed-request.js';

/** What came of trying to attempt a delivery. */
export type Made =
  | { is: 'attempted'; attempt: Attempt; policy: RetryPolicy }
  /** The subscription has been deleted, and its log with it. */
  | { is: 'deleted' }
  /** The subscription is disabled. */
  | { is: 'skipped' }
  /** Not now: it is due again after so many ms. */
  | { is: 'postponed'; afterMs: number };

/** A signed attempt that is to be posted at once, and what it was made with. */
export interface SignedAttempt {
  is: 'signed';
  at: Date;
  subscription: Subscription;
  request: SignedRequest;
}

/** Signs a delivery with what its subscription says at this moment, where it is to be attempted at all. */
export function signAttempt(
  delivery: Delivery,
  subscription: Subscription | null,
): SignedAttempt | Exclude<Made, { is: 'attempted' }> {
  if (!subscription) return { is: 'deleted' };
  if (!subscription.active) return { is: 'skipped' };
  // Whoever claims it after us would post it too: leave it to them.
  if (!isClaimGood(delivery, subscription.policy.timeoutMs, performance.now()))
    return { is: 'postponed', afterMs: 0 };
  const at = new Date();
  const { eventId, eventType, body, origin } = delivery;
  const request = signedRequest(subscription, { eventId, eventType, body, replay: origin === 'replay' }, at);
  return { is: 'signed', at, subscription, request };
}

/** What came of posting it. */
export const attempted = (
  { at, subscription: { changedAt, policy } }: SignedAttempt,
  result: PostResult,
): Made => ({ is: 'attempted', attempt: { at, changedAt, result }, policy });
