import { createVerify, type KeyObject } from 'node:crypto';
import { isRawBody, type RawBody } from '../request/raw-body.js';
import type { ReplayWindow } from '../request/replay-window.js';
import { rejected, type Verification } from '../request/verification.js';
import { readSendgridHeaders, type SendgridHeaderValues } from './read-sendgrid-headers.js';
import { importSendgridPublicKey } from './sendgrid-keys.js';

/** A received post of events. `now` is the receiver's clock, Unix seconds. */
export interface SendgridRequest extends SendgridHeaderValues, Pick<ReplayWindow, 'now'> {
  /** The body as received, with its trailing CR LF, before any parser. */
  readonly body: RawBody | null | undefined;
}

/** Checks one post of events; never throws. */
export type SendgridVerifier = (request: SendgridRequest) => Verification;

function matches(key: KeyObject, timestamp: string, body: RawBody, signature: Buffer): boolean {
  // Fed piece by piece: a post can be 768 KB, and joining it to the timestamp would copy it.
  return createVerify('sha256').update(timestamp).update(body).verify(key, signature);
}

/**
 * A verifier for SendGrid's Signed Event Webhook. Keys are parsed once, here, and not at every
 * post. Several keys serve a rotation; they are tried in the given order, so put the busy one first.
 *
 * @param publicKeys base64 SPKI without PEM armour, as SendGrid's console shows them.
 * @param options.toleranceSeconds how old a post may be; default 300. SendGrid repeats a post that was not
 * answered with 2xx for 24 hours; events are deduped by `sg_event_id` anyway, so a wider window costs nothing.
 * @throws TypeError when there is no key, or one is not a P-256 public key; the message says which.
 */
export function createSendgridVerifier(
  publicKeys: readonly string[],
  options: Pick<ReplayWindow, 'toleranceSeconds'> = {},
): SendgridVerifier {
  if (publicKeys.length === 0) throw new TypeError('give at least one SendGrid verification key');
  const keys = publicKeys.map((key, index) => {
    try {
      return importSendgridPublicKey(key);
    } catch (error) {
      throw new TypeError(`key ${index + 1} of ${publicKeys.length}: ${(error as Error).message}`, {
        cause: error,
      });
    }
  });

  return ({ body, now, ...headers }) => {
    if (!isRawBody(body)) return rejected('raw_body_missing');
    const read = readSendgridHeaders(headers, { now, toleranceSeconds: options.toleranceSeconds });
    if ('reason' in read) return read;
    return keys.some((key) => matches(key, read.timestamp, body, read.signature))
      ? { valid: true, timestamp: read.seconds }
      : rejected('signature_mismatch');
  };
}
