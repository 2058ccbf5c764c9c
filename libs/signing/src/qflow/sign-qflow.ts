import { signTimestamped, type TimestampedMessage } from '../timestamped/sign-timestamped.js';

/** The header that carries {@link signQflow}'s answer. */
export const QFLOW_SIGNATURE_HEADER = 'X-Qflow-Signature';

/**
 * The `X-Qflow-Signature` of a request: `t=<unix seconds>,v1=<64 lower-case hex>`, where `v1` is
 * `hex(HMAC-SHA256(secret, t + "." + body))` (Qflow webhooks page, "How we sign"). The secret is a 64-hex
 * string and is used as its ASCII bytes. Several secrets give several `v1`, newest last.
 *
 * @throws TypeError when a secret is empty or the timestamp is not Unix seconds.
 */
export function signQflow(message: TimestampedMessage): string {
  return signTimestamped(message);
}
