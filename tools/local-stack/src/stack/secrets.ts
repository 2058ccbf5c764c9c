import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readJson, writePrivateJson } from './private-file.js';

/** How to sign in to the demo account. */
export interface DemoAccount {
  readonly username: string;
  readonly password: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** What a deployment gets from its secret store; made once and kept, because stored data depends on it. */
export interface Secrets {
  /** The gateway's key ring: `id:base64(32 bytes)`, newest first, comma-separated. */
  readonly gatewayKeys: string;
  /** The webhooks service's key ring, in the same form. */
  readonly webhookKeys: string;
  /** With which the sandbox signs its events: base64 of a P-256 key as PKCS#8 DER. */
  readonly sandboxSigningKey: string;
  /** Its public half: base64 of SPKI DER, as SendGrid's settings page shows it. */
  readonly sandboxPublicKey: string;
  /** What the sandbox, in SendGrid's place, wants to see. */
  readonly sendgridApiKey: string;
  readonly demo: DemoAccount;
}

/** The secrets of this stack, made on the first start. */
export async function loadSecrets(file: string): Promise<Secrets> {
  const kept = (await readJson(file)) as Secrets | undefined;
  if (kept) return kept;
  const made = makeSecrets();
  await writePrivateJson(file, made);
  return made;
}

function makeSecrets(): Secrets {
  const sandbox = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    gatewayKeys: keyRing(),
    webhookKeys: keyRing(),
    sandboxSigningKey: sandbox.privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
    sandboxPublicKey: sandbox.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    sendgridApiKey: `SG.${token(16)}.${token(32)}`,
    demo: {
      // .test belongs to nobody (RFC 2606): a mail to it goes nowhere.
      username: 'demo@qflow.test',
      password: token(12),
      clientId: 'demo',
      clientSecret: token(24),
    },
  };
}

const keyRing = () => `local-1:${randomBytes(32).toString('base64')}`;
/** Letters, digits, `-` and `_` only, so that it can be pasted into a `curl -d` as it is. */
const token = (bytes: number) => randomBytes(bytes).toString('base64url');
