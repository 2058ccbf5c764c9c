import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readJson, writePrivateJson } from './private-file.js';

/** How to sign in to the demo account. */
export interface DemoAccount {
  readonly username: string;
  readonly password: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** The users of NATS that `k8s/nats/users.conf` knows: the services that use it, and who makes the streams. */
export const natsUsers = ['gateway', 'templates', 'sender', 'events', 'webhooks', 'streams'] as const;
export type NatsUser = (typeof natsUsers)[number];
export type NatsPasswords = Readonly<Record<NatsUser, string>>;

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
  readonly natsPasswords: NatsPasswords;
  readonly demo: DemoAccount;
}

/** The secrets of this stack, made on the first start; those that came with a later version are added to what is kept. */
export async function loadSecrets(file: string): Promise<Secrets> {
  const kept = (await readJson(file)) as Partial<Secrets> | undefined;
  const made = makeSecrets();
  const all = { ...made, ...kept };
  if (Object.keys(made).some((name) => kept?.[name as keyof Secrets] === undefined))
    await writePrivateJson(file, all);
  return all;
}

function makeSecrets(): Secrets {
  const sandbox = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    gatewayKeys: keyRing(),
    webhookKeys: keyRing(),
    sandboxSigningKey: sandbox.privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
    sandboxPublicKey: sandbox.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    sendgridApiKey: `SG.${token(16)}.${token(32)}`,
    natsPasswords: Object.fromEntries(natsUsers.map((user) => [user, natsPassword()])) as NatsPasswords,
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
/** Begins with a letter: NATS reads the variable as a value of its configuration, where a digit may begin a number. */
const natsPassword = () => `p${randomBytes(24).toString('hex')}`;
/** Letters, digits, `-` and `_` only, so that it can be pasted into a `curl -d` as it is. */
const token = (bytes: number) => randomBytes(bytes).toString('base64url');
