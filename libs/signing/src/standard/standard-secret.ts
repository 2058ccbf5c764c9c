import { hmacKeys } from '../secrets/hmac-keys.js';

/** Standard Webhooks secrets are base64 under this prefix (specification 1.0.0, "Signature scheme"). */
export const STANDARD_SECRET_PREFIX = 'whsec_';

/**
 * Base64 text to bytes, or `undefined` when it is not base64. Node's decoder skips what it does not know, so
 * the length tells.
 */
export function decodeBase64(text: string): Buffer | undefined {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 61 /* = */ && text.length - end < 2) end--;
  const bytes = Buffer.from(text, 'base64');
  return end % 4 !== 1 && bytes.length === Math.floor((end * 3) / 4) ? bytes : undefined;
}

/**
 * The HMAC key inside `whsec_<base64>`; the prefix may be missing, as the reference libraries allow.
 *
 * @throws TypeError when the rest is empty or not base64: with another key than the peer's, nothing would verify.
 */
export function standardKey(secret: string): Buffer {
  const encoded = secret.startsWith(STANDARD_SECRET_PREFIX)
    ? secret.slice(STANDARD_SECRET_PREFIX.length)
    : secret;
  const key = decodeBase64(encoded);
  if (!key || key.length === 0) {
    throw new TypeError('a Standard Webhooks secret must be "whsec_" followed by base64');
  }
  return key;
}

/** The same as a key for `createHmac`, made once. */
export const standardHmacKey = hmacKeys(standardKey);
