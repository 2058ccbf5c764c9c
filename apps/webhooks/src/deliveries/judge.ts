import type { PostResult } from '../dispatch/post-webhook.js';
import { retryDelayMs, type RetryPolicy } from '../dispatch/retry-policy.js';
import type { Delivery, Verdict } from './delivery.js';

/** An attempt, and the circumstances under which it is judged. */
export interface Judged {
  delivery: Pick<Delivery, 'attempts' | 'expiresAt'>;
  result: Pick<PostResult, 'delivered' | 'statusCode' | 'retryAfterMs'>;
  /** The subscription's, as it was when the attempt was made. */
  policy: RetryPolicy;
  /** Whether the endpoint fails again and again, so that a retry is better paced. */
  failing: boolean;
  /** `performance.now()` */
  now: number;
}

const over = (status: Verdict['status']): Verdict => ({ status, waitMs: null, paced: false });

/**
 * The one place where an attempt's result becomes done, again or never. The last retry is never later than the end of
 * the schedule, whatever the receiver asks for.
 */
export function judge({ delivery, result, policy, failing, now }: Judged, random = Math.random()): Verdict {
  const attempt = delivery.attempts + 1;
  if (result.delivered) return over('delivered');
  if (!policy.isRetryable(result.statusCode)) return over('failed');
  const left = delivery.expiresAt - now;
  if (attempt > policy.delaysMs.length || left <= 0) return over('dead');
  const waitMs = Math.min(retryDelayMs(policy, attempt, result.retryAfterMs, random), left);
  return { status: 'retrying', waitMs, paced: failing };
}
