import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { decodeBase64 } from './standard-secret.js';

/** What precedes the 32 raw bytes in PKCS#8 and in SPKI for Ed25519 (RFC 8410 §7 and §4). */
const PKCS8_HEADER = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_HEADER = Buffer.from('302a300506032b6570032100', 'hex');

function rawKey(text: string, prefix: string): Buffer | undefined {
  return decodeBase64(text.startsWith(prefix) ? text.slice(prefix.length) : text);
}

/**
 * A `whsk_<base64>` signing key as a KeyObject; do it once, importing costs more than signing. The bytes are
 * the 32-byte seed, or seed and public key (64 bytes) as libsodium and Svix store it.
 *
 * @throws TypeError when it is neither.
 */
export function importStandardPrivateKey(key: string): KeyObject {
  const raw = rawKey(key, 'whsk_');
  if (raw?.length !== 32 && raw?.length !== 64) {
    throw new TypeError('an Ed25519 signing key must be "whsk_" followed by the base64 of 32 or 64 bytes');
  }
  const seed = raw.subarray(0, 32);
  return createPrivateKey({ key: Buffer.concat([PKCS8_HEADER, seed]), format: 'der', type: 'pkcs8' });
}

/**
 * A `whpk_<base64>` verification key as a KeyObject.
 *
 * @throws TypeError when it is not the base64 of 32 bytes.
 */
export function importStandardPublicKey(key: string): KeyObject {
  const raw = rawKey(key, 'whpk_');
  if (raw?.length !== 32) {
    throw new TypeError('an Ed25519 verification key must be "whpk_" followed by the base64 of 32 bytes');
  }
  return createPublicKey({ key: Buffer.concat([SPKI_HEADER, raw]), format: 'der', type: 'spki' });
}

/** A new Ed25519 pair in the serialised form of Standard Webhooks 1.0.0. */
export function mintStandardKeyPair(): { readonly privateKey: string; readonly publicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const seed = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(PKCS8_HEADER.length);
  const point = publicKey.export({ format: 'der', type: 'spki' }).subarray(SPKI_HEADER.length);
  return { privateKey: `whsk_${seed.toString('base64')}`, publicKey: `whpk_${point.toString('base64')}` };
}
