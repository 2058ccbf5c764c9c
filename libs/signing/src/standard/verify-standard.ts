import { timingSafeEqual, verify, type KeyObject } from 'node:crypto';
import { isRawBody, type RawBody } from '../request/raw-body.js';
import { isFresh, type ReplayWindow } from '../request/replay-window.js';
import { rejected, type Verification } from '../request/verification.js';
import { parseStandardHeaders, type RequestHeaders, type StandardHeaders } from './parse-standard-headers.js';
import { standardDigest, standardSignedContent } from './sign-standard.js';
import { standardHmacKey } from './standard-secret.js';

/** A received request in the Standard Webhooks format. */
export interface StandardRequest extends ReplayWindow {
  /** The request's headers, `req.headers`; names in any letter case. */
  readonly headers: RequestHeaders;
  /** The body as received, before any parser. */
  readonly body: RawBody | null | undefined;
  /** One `whsec_…` secret … */
  readonly secret?: string;
  /** … or several during a rotation. */
  readonly secrets?: readonly string[];
  /** Ed25519 keys from {@link importStandardPublicKey}, for senders that sign `v1a`. */
  readonly publicKeys?: readonly KeyObject[];
}

function symmetricKeys(request: StandardRequest): KeyObject[] {
  const secrets = request.secrets ?? (request.secret === undefined ? [] : [request.secret]);
  if (secrets.length === 0 && (request.publicKeys?.length ?? 0) === 0) {
    throw new TypeError('no webhook secret or public key given: is its environment variable set?');
  }
  return secrets.map(standardHmacKey);
}

function matchesSecret(headers: StandardHeaders, keys: readonly KeyObject[], body: RawBody): boolean {
  return keys.some((key) => {
    const expected = standardDigest(key, headers.id, headers.signedTimestamp, body);
    return headers.v1.some((signature) => timingSafeEqual(signature, expected));
  });
}

function matchesKey(headers: StandardHeaders, keys: readonly KeyObject[], body: RawBody): boolean {
  if (keys.length === 0 || headers.v1a.length === 0) return false;
  const content = standardSignedContent(headers.id, headers.signedTimestamp, body);
  return keys.some((key) => headers.v1a.some((signature) => verify(null, content, key, signature)));
}

/**
 * Whether a Standard Webhooks 1.0.0 request is authentic: any of the secrets may match any `v1`, any of the
 * public keys any `v1a`. The `webhook-id` is the same over all retries: dedupe on it.
 *
 * @throws TypeError only for the caller's own mistake: nothing to verify with, or a secret that is not base64.
 */
export function verifyStandard(request: StandardRequest): Verification {
  const keys = symmetricKeys(request);
  const { body } = request;
  if (!isRawBody(body)) return rejected('raw_body_missing');
  const headers = parseStandardHeaders(request.headers);
  if (typeof headers === 'string') return rejected(headers);
  if (!isFresh(headers.timestamp, request)) return rejected('timestamp_out_of_window');
  return matchesSecret(headers, keys, body) || matchesKey(headers, request.publicKeys ?? [], body)
    ? { valid: true, timestamp: headers.timestamp }
    : rejected('signature_mismatch');
}
