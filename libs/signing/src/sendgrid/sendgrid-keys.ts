import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { decodeBase64 } from '../standard/standard-secret.js';

/** OpenSSL's name of P-256, the curve of SendGrid's Event Webhook keys. */
const P256 = 'prime256v1';

function onP256(key: KeyObject): boolean {
  return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === P256;
}

/**
 * The DER that `text` is the base64 of. Both Node's decoder and OpenSSL pass over what comes before, between or after
 * what they look for, and half of another key pasted behind this one should not go unnoticed. Line breaks are fine.
 *
 * @throws TypeError when it is not base64.
 */
function derOf(text: string): Buffer {
  const der = decodeBase64(text.replace(/\s+/g, ''));
  if (!der) throw new TypeError('not base64');
  return der;
}

/**
 * SendGrid's verification key as its console shows it (Mail Settings, Signed Event Webhook): base64 of the SPKI
 * DER, without PEM armour.
 *
 * @throws TypeError when it is not a P-256 public key in that form.
 */
export function importSendgridPublicKey(key: string): KeyObject {
  let imported: KeyObject | undefined;
  try {
    const der = derOf(key);
    const read = createPublicKey({ key: der, format: 'der', type: 'spki' });
    if (read.export({ format: 'der', type: 'spki' }).equals(der)) imported = read;
  } catch {
    // OpenSSL's own words ("asn1 encoding routines::not enough data") help nobody who pasted the wrong thing.
  }
  if (!imported || !onP256(imported)) {
    throw new TypeError(
      'a SendGrid verification key must be the base64 of a P-256 public key (SPKI), without BEGIN and END lines',
    );
  }
  return imported;
}

/**
 * A signing key for a stand-in of SendGrid: base64 of the PKCS#8 DER of a P-256 private key.
 *
 * @throws TypeError when it is not a P-256 private key in that form.
 */
export function importSendgridPrivateKey(key: string): KeyObject {
  let imported: KeyObject | undefined;
  try {
    imported = createPrivateKey({ key: derOf(key), format: 'der', type: 'pkcs8' });
  } catch {
    // As above.
  }
  if (!imported || !onP256(imported)) {
    throw new TypeError(
      'a SendGrid signing key must be the base64 of a P-256 private key (PKCS#8), without BEGIN and END lines',
    );
  }
  return imported;
}

/** The public half of a signing key in the form that {@link importSendgridPublicKey} reads. */
export function sendgridPublicKeyOf(privateKey: KeyObject): string {
  return createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).toString('base64');
}

/** A new P-256 pair, both halves in the forms above. */
export function mintSendgridKeyPair(): { readonly privateKey: string; readonly publicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: P256 });
  return {
    privateKey: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
    publicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
  };
}
