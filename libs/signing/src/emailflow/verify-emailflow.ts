import type { Verification } from '../request/verification.js';
import { verifyTimestamped, type TimestampedRequest } from '../timestamped/verify-timestamped.js';

/**
 * Whether a request in the EmailFlow format is authentic: `header` is its `X-EmailFlow-Signature`, `body` the
 * bytes as received.
 *
 * @throws TypeError only for the caller's own mistake: no secret, or an empty one.
 */
export function verifyEmailflow(request: TimestampedRequest): Verification {
  return verifyTimestamped(request);
}
