import type { Verification } from '../request/verification.js';
import { verifyTimestamped, type TimestampedRequest } from '../timestamped/verify-timestamped.js';

/**
 * Whether a request really comes from Qflow (webhooks page, "How to verify"): `header` is its
 * `X-Qflow-Signature`, `body` the bytes as received. Any of the secrets may match any `v1`; a `v2` that a later
 * sender adds is ignored.
 *
 * @throws TypeError only for the caller's own mistake: no secret, or an empty one.
 */
export function verifyQflow(request: TimestampedRequest): Verification {
  return verifyTimestamped(request);
}
