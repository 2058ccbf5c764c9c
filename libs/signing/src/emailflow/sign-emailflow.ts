import { signTimestamped, type TimestampedMessage } from '../timestamped/sign-timestamped.js';

/** The header that carries {@link signEmailflow}'s answer. */
export const EMAILFLOW_SIGNATURE_HEADER = 'X-EmailFlow-Signature';

/**
 * The `X-EmailFlow-Signature` of a request: `t=<unix seconds>,v1=<hex>` over `t + "." + raw_body` (EmailFlow AI
 * webhooks page, "Verifying signatures"). Several secrets give several `v1`, newest last.
 *
 * @throws TypeError when a secret is empty or the timestamp is not Unix seconds.
 */
export function signEmailflow(message: TimestampedMessage): string {
  return signTimestamped(message);
}
