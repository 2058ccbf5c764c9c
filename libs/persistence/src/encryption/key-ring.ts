import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Keys by id; the newest encrypts, all decrypt. */
export interface KeyRing {
  readonly newest: string;
  readonly keys: ReadonlyMap<string, Buffer>;
}

/** A key ring setting that cannot be read; the message never holds key material. */
export class KeyRingError extends Error {}

const nonceBytes = 12;
const tagBytes = 16;

/**
 * Reads `id:base64,id:base64` (newest first; each key 32 bytes).
 * @throws KeyRingError
 */
export function parseKeyRing(setting: string): KeyRing {
  const keys = new Map<string, Buffer>();
  for (const [index, entry] of setting.split(',').entries()) {
    const at = entry.indexOf(':');
    const id = entry.slice(0, at).trim();
    const key = Buffer.from(entry.slice(at + 1).trim(), 'base64');
    if (at < 1 || id === '') throw new KeyRingError(`entry ${index + 1} is not of the form id:base64`);
    if (key.length !== 32) throw new KeyRingError(`key ${id} has ${key.length} bytes, expected 32`);
    if (keys.has(id)) throw new KeyRingError(`key ${id} is given twice`);
    keys.set(id, key);
  }
  return { newest: keys.keys().next().value as string, keys };
}

/**
 * Encrypts with AES-256-GCM under the ring's newest key. The result names the key, so that older rows stay readable
 * after a rotation: `id.base64(nonce ‖ ciphertext ‖ tag)`.
 */
export function encrypt(ring: KeyRing, plaintext: string): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', ring.keys.get(ring.newest) as Buffer, nonce);
  const sealed = Buffer.concat([
    nonce,
    cipher.update(plaintext, 'utf8'),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
  return `${ring.newest}.${sealed.toString('base64')}`;
}

/**
 * The id of the key that wrote a text of {@link encrypt}.
 * @throws KeyRingError where the text names none; the message does not repeat it, it may be anything
 */
export function keyIdOf(stored: string): string {
  const at = stored.lastIndexOf('.');
  if (at < 1) throw new KeyRingError('what is stored names no key');
  return stored.slice(0, at);
}

/** @throws KeyRingError where the key is not in the ring; the cipher's own error where the text was altered */
export function decrypt(ring: KeyRing, stored: string): string {
  const id = keyIdOf(stored);
  const key = ring.keys.get(id);
  if (!key) throw new KeyRingError(`key ${id} is not in the ring`);
  const sealed = Buffer.from(stored.slice(id.length + 1), 'base64');
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAuthTag(sealed.subarray(-tagBytes));
  return decipher.update(sealed.subarray(nonceBytes, -tagBytes), undefined, 'utf8') + decipher.final('utf8');
}
