import type { Subscription } from '../subscriptions/subscription.js';
import { isClaimGood, type Delivery } from '../deliveries/delivery.js';
import type { Attempt } from '../deliveries/entry.js';
import type { WebhookPoster } from './post-webhook.js';
import type { RetryPolicy } from './retry-policy.js';
import { signedRequest } from './signed-request.js';
import { tracedPost } from './traced-post.js';

/** What came of trying to attempt a delivery. */
export type Made =
  | { is: 'attempted'; attempt: Attempt; policy: RetryPolicy }
  /** The subscription has been deleted, and its log with it. */
  | { is: 'deleted' }
  /** The subscription is disabled. */
  | { is: 'skipped' }
  /** Not now: it is due again after so many ms. */
  | { is: 'postponed'; afterMs: number };

/** Signs and posts a delivery with what its subscription says at this moment. Never rejects for what the receiver does. */
export async function makeAttempt(
  delivery: Delivery,
  subscription: Subscription | null,
  poster: WebhookPoster,
): Promise<Made> {
  if (!subscription) return { is: 'deleted' };
  if (!subscription.active) return { is: 'skipped' };
  const { policy } = subscription;
  // Whoever claims it after us would post it too: leave it to them.
  if (!isClaimGood(delivery, policy.timeoutMs, performance.now())) return { is: 'postponed', afterMs: 0 };
  const at = new Date();
  const { eventId, eventType, body, origin } = delivery;
  const request = signedRequest(subscription, { eventId, eventType, body, replay: origin === 'replay' }, at);
  return {
    is: 'attempted',
    attempt: {
      at,
      changedAt: subscription.changedAt,
      result: await tracedPost(delivery, () => poster.post(request)),
    },
    policy,
  };
}
