import type { RawBody } from '../request/raw-body.js';
import { signingTime } from '../request/signing-time.js';
import { secretList, type SigningSecrets } from '../secrets/signing-secrets.js';
import { timestampedDigest } from './timestamped-digest.js';

/** What `t=…,v1=…` is made of. */
export type TimestampedMessage = SigningSecrets & {
  /** Unix seconds; new on every attempt, so that a retry is inside the receiver's window again. */
  readonly timestamp: number;
  /** The exact bytes that are posted. */
  readonly body: RawBody;
};

/**
 * `t=<unix seconds>,v1=<64 lower-case hex>`, with one `v1` per secret.
 *
 * The newest secret's signature stands **last**: the sample receivers of both pages that use this form put the
 * pairs into an object, so of several `v1` they see the last one only, and a receiver that has already moved
 * to the new secret must not wait for the overlap to end.
 *
 * @throws TypeError when a secret is empty or the timestamp is not Unix seconds.
 */
export function signTimestamped(message: TimestampedMessage): string {
  const secrets = secretList(message);
  const timestamp = signingTime(message.timestamp);
  let header = `t=${timestamp}`;
  for (let i = secrets.length - 1; i >= 0; i--) {
    header += `,v1=${timestampedDigest(secrets[i]!, timestamp, message.body).toString('hex')}`;
  }
  return header;
}
