import { createHmac } from 'node:crypto';
import type { RawBody } from '../request/raw-body.js';
import { utf8Key } from '../secrets/hmac-keys.js';

/**
 * HMAC-SHA256 over `t + "." + body`, fed piece by piece so that the body is never copied or re-encoded.
 * `secret` is used as its UTF-8 bytes: a 64-hex secret is 64 ASCII bytes, not 32 decoded ones.
 */
export function timestampedDigest(secret: string, timestamp: string, body: RawBody): Buffer {
  return createHmac('sha256', utf8Key(secret)).update(`${timestamp}.`).update(body).digest();
}
