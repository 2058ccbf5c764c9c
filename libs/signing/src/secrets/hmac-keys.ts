import { createSecretKey, type KeyObject } from 'node:crypto';

/** More than a service has secrets in use at a time. Beyond it the oldest one is made anew at its next use. */
const MAX_KEYS = 10_000;

/**
 * A secret as a key for `createHmac`, made once: to make one costs several times as much as to sign with it.
 *
 * @param bytesOf what of the secret is the key; the same function for all secrets of a cache
 */
export function hmacKeys(bytesOf: (secret: string) => Buffer): (secret: string) => KeyObject {
  const keys = new Map<string, KeyObject>();
  return (secret) => {
    let key = keys.get(secret);
    if (!key) {
      key = createSecretKey(bytesOf(secret));
      const oldest = keys.size < MAX_KEYS ? undefined : keys.keys().next().value;
      if (oldest !== undefined) keys.delete(oldest);
      keys.set(secret, key);
    }
    return key;
  };
}

/** With the secret's UTF-8 bytes as the key. */
export const utf8Key = hmacKeys((secret) => Buffer.from(secret, 'utf8'));
