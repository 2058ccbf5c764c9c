import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';

/** OpenSSL's name of P-256, the curve of SendGrid's Event Webhook keys. */
const P256 = 'prime256v1';

function onP256(key: KeyObject): boolean {
  return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === P256;
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
    imported = createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' });
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
    imported = createPrivateKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'pkcs8' });
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
