import type { KeyObject } from 'node:crypto';
import { importSendgridPrivateKey, mintSendgridKeyPair, sendgridPublicKeyOf } from '@qflow/signing';

/** What signs the event posts, and what its receivers verify them with. */
export interface KeyPair {
  privateKey: KeyObject;
  /** Base64 of the SPKI DER form without PEM armour, which is how SendGrid shows it. */
  publicKey: string;
}

/**
 * Reads a P-256 private key from base64 of its PKCS #8 DER form.
 *
 * @throws TypeError when it is anything else
 */
export function readKeyPair(base64: string): KeyPair {
  const privateKey = importSendgridPrivateKey(base64);
  return { privateKey, publicKey: sendgridPublicKeyOf(privateKey) };
}

/** Makes a new pair. */
export function generateKeyPair(): KeyPair {
  return readKeyPair(mintSendgridKeyPair().privateKey);
}
