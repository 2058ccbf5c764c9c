import { headerText, type HeaderValue } from '../request/header-value.js';
import { isFresh, parseUnixSeconds, type ReplayWindow } from '../request/replay-window.js';
import { rejected, type Rejected } from '../request/verification.js';
import { decodeBase64 } from '../standard/standard-secret.js';

/** The two headers of a received post of events. */
export interface SendgridHeaderValues {
  /** `X-Twilio-Email-Event-Webhook-Signature`. */
  readonly signature: HeaderValue;
  /** `X-Twilio-Email-Event-Webhook-Timestamp`. */
  readonly timestamp: HeaderValue;
}

/** What the headers say, in the forms in which it is checked. */
export interface ReadSendgridHeaders {
  /** As signed: the digits that stand before the body. */
  readonly timestamp: string;
  /** The same as a number, Unix seconds. */
  readonly seconds: number;
  /** DER. */
  readonly signature: Buffer;
}

/** A DER-encoded P-256 signature is at most 72 bytes. */
const MAX_SIGNATURE_BYTES = 72;

/** Reads the headers as far as they can be judged without the body: form and age. */
export function readSendgridHeaders(
  { signature, timestamp }: SendgridHeaderValues,
  window: ReplayWindow,
): ReadSendgridHeaders | Rejected {
  const signatureText = headerText(signature, ',');
  const timestampText = headerText(timestamp, ',');
  if (signatureText === null || timestampText === null) return rejected('malformed_header');
  if (signatureText === undefined || timestampText === undefined) return rejected('missing_signature');

  const signed = timestampText.trim();
  const seconds = parseUnixSeconds(signed);
  const bytes = decodeBase64(signatureText.trim());
  if (seconds === undefined || !bytes || bytes.length > MAX_SIGNATURE_BYTES)
    return rejected('malformed_header');
  if (!isFresh(seconds, window)) return rejected('timestamp_out_of_window');
  return { timestamp: signed, seconds, signature: bytes };
}

/**
 * Whether a post of events can be refused by its headers alone: unsigned, malformed or stale. A receiver that asks
 * this first need not take in the bodies of strangers. `undefined` says nothing about who sent the post: that is for
 * the verifier, once the body is there.
 *
 * @param window as given to the verifier.
 */
export function rejectSendgridHeaders(
  headers: SendgridHeaderValues,
  window: ReplayWindow = {},
): Rejected | undefined {
  const read = readSendgridHeaders(headers, window);
  return 'reason' in read ? read : undefined;
}
