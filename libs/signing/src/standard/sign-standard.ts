import { createHmac, sign, type KeyObject } from 'node:crypto';
import type { RawBody } from '../request/raw-body.js';
import { signingTime } from '../request/signing-time.js';
import { standardHmacKey } from './standard-secret.js';

/** The three headers of Standard Webhooks 1.0.0. */
export const STANDARD_HEADERS = {
  id: 'webhook-id',
  timestamp: 'webhook-timestamp',
  signature: 'webhook-signature',
} as const;

/** What a `webhook-signature` is made of. */
export interface StandardMessage {
  /** The `webhook-id`: the same over all retries of one event, and without a full stop. */
  readonly id: string;
  /** The `webhook-timestamp`: Unix seconds of this attempt. */
  readonly timestamp: number;
  /** The exact bytes that are posted. */
  readonly body: RawBody;
  /** `whsec_…` secrets, newest first: one `v1` each. */
  readonly secrets?: readonly string[];
  /** Ed25519 keys from {@link importStandardPrivateKey}, newest first: one `v1a` each. */
  readonly privateKeys?: readonly KeyObject[];
}

/** `{id}.{timestamp}.{body}` as bytes, for algorithms that cannot be fed piece by piece. */
export function standardSignedContent(id: string, timestamp: string, body: RawBody): Buffer {
  const head = Buffer.from(`${id}.${timestamp}.`);
  const tail = typeof body === 'string' ? Buffer.from(body) : body;
  return Buffer.concat([head, tail]);
}

/** HMAC-SHA256 over `{id}.{timestamp}.{body}`. */
export function standardDigest(key: KeyObject, id: string, timestamp: string, body: RawBody): Buffer {
  return createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
}

/**
 * The `webhook-signature` of a request: `v1,<base64>` for every secret and `v1a,<base64>` for every Ed25519 key,
 * separated by spaces (Standard Webhooks 1.0.0, "Webhook headers").
 *
 * @throws TypeError when there is nothing to sign with, a secret is not `whsec_<base64>`, the timestamp is not
 * Unix seconds, or the id is empty or holds a full stop: the signed text joins its parts with full stops, and
 * an id with one could be read as another id, time and body.
 */
export function signStandard(message: StandardMessage): string {
  const { id, body, secrets = [], privateKeys = [] } = message;
  if (id === '' || id.includes('.')) {
    throw new TypeError('a webhook id must not be empty and must not contain a full stop');
  }
  const timestamp = signingTime(message.timestamp);
  const signatures = secrets.map(
    (secret) => `v1,${standardDigest(standardHmacKey(secret), id, timestamp, body).toString('base64')}`,
  );
  if (privateKeys.length > 0) {
    const content = standardSignedContent(id, timestamp, body);
    for (const key of privateKeys) signatures.push(`v1a,${sign(null, content, key).toString('base64')}`);
  }
  if (signatures.length === 0) throw new TypeError('give at least one secret or private key to sign with');
  return signatures.join(' ');
}
