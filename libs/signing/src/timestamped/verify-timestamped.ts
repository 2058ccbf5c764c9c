import { timingSafeEqual } from 'node:crypto';
import { headerText, type HeaderValue } from '../request/header-value.js';
import { isRawBody, type RawBody } from '../request/raw-body.js';
import { isFresh, type ReplayWindow } from '../request/replay-window.js';
import { rejected, type Verification } from '../request/verification.js';
import { secretList, type SigningSecrets } from '../secrets/signing-secrets.js';
import { parseTimestampedHeader } from './parse-timestamped-header.js';
import { timestampedDigest } from './timestamped-digest.js';

/** A received request to check. */
export type TimestampedRequest = SigningSecrets &
  ReplayWindow & {
    /** The signature header as the framework hands it over. */
    readonly header: HeaderValue;
    /** The body as received, before any parser. */
    readonly body: RawBody | null | undefined;
  };

/**
 * Checks a `t=…,v1=…` header against the body: window first (it is the cheap part), then one HMAC per secret,
 * compared in constant time with every `v1`.
 *
 * @throws TypeError only for the caller's own mistake: no secret, or an empty one.
 */
export function verifyTimestamped(request: TimestampedRequest): Verification {
  const secrets = secretList(request);
  const { body } = request;
  if (!isRawBody(body)) return rejected('raw_body_missing');
  const text = headerText(request.header, ',');
  if (text === undefined) return rejected('missing_signature');
  if (text === null) return rejected('malformed_header');

  const header = parseTimestampedHeader(text);
  if (typeof header === 'string') return rejected(header);
  if (!isFresh(header.timestamp, request)) return rejected('timestamp_out_of_window');

  for (const secret of secrets) {
    const expected = timestampedDigest(secret, header.signedTimestamp, body);
    if (header.signatures.some((signature) => timingSafeEqual(signature, expected))) {
      return { valid: true, timestamp: header.timestamp };
    }
  }
  return rejected('signature_mismatch');
}
