import { parseUnixSeconds } from '../request/replay-window.js';
import type { RejectionReason } from '../request/verification.js';

/** A `t=…,v1=…` header taken apart. */
export interface TimestampedHeader {
  /** `t` as a number, Unix seconds. */
  readonly timestamp: number;
  /** `t` as it was written: the signature covers the text. */
  readonly signedTimestamp: string;
  /** Every well-formed `v1`, 32 bytes each. */
  readonly signatures: readonly Buffer[];
}

/** Hex letters of either case decode to the same bytes; anything else makes the result too short. */
function decodeSha256Hex(text: string): Buffer | undefined {
  if (text.length !== 64) return undefined;
  const bytes = Buffer.from(text, 'hex');
  return bytes.length === 32 ? bytes : undefined;
}

/**
 * Reads a `t=…,v1=…` header.
 *
 * Rules: elements are separated by commas, with optional white space around them; empty elements are skipped;
 * exactly one `t`; any number of `v1` (a rotation overlap sends two), of which malformed ones are skipped as
 * long as one is well-formed; every other name, such as a later `v2`, is ignored.
 */
export function parseTimestampedHeader(header: string): TimestampedHeader | RejectionReason {
  let signedTimestamp: string | undefined;
  let hasV1 = false;
  const signatures: Buffer[] = [];
  for (const element of header.split(',')) {
    const text = element.trim();
    if (text === '') continue;
    const equals = text.indexOf('=');
    if (equals < 1) return 'malformed_header';
    const name = text.slice(0, equals);
    const value = text.slice(equals + 1);
    if (name === 't') {
      // Two timestamps leave open which of them was signed.
      if (signedTimestamp !== undefined) return 'malformed_header';
      signedTimestamp = value;
    } else if (name === 'v1') {
      hasV1 = true;
      const signature = decodeSha256Hex(value);
      if (signature) signatures.push(signature);
    }
  }
  if (!hasV1) return 'missing_signature';
  const timestamp = signedTimestamp === undefined ? undefined : parseUnixSeconds(signedTimestamp);
  if (timestamp === undefined || signatures.length === 0) return 'malformed_header';
  return { timestamp, signedTimestamp: signedTimestamp!, signatures };
}
