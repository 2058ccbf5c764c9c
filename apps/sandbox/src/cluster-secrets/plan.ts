import { randomBytes } from 'node:crypto';
import { importSendgridPrivateKey, mintSendgridKeyPair, sendgridPublicKeyOf } from '@qflow/signing';
import type { SecretValues } from './secret-store.js';

/** The Secrets that are there, by name. */
export type Held = Readonly<Record<string, SecretValues | undefined>>;

/** The users of NATS. Each has the password in `qflow-nats` and in a Secret of its own. */
export const natsUsers = ['gateway', 'templates', 'sender', 'events', 'webhooks', 'streams'] as const;
export type NatsUser = (typeof natsUsers)[number];

/** The services that keep data in PostgreSQL. */
export const withDatabase = ['gateway', 'templates', 'sender', 'webhooks'] as const;

/** The name of the database server's Service: a `DATABASE_URL` to anywhere else is not ours to judge. */
const POSTGRES = 'postgres';

export const natsVariable = (user: NatsUser): string => `${user.toUpperCase()}_PASSWORD`;

/**
 * How each Secret is made. Those that others repeat come first: they are settled before anything is made from them, so
 * that two Jobs at once agree. Where only the copy of a value is left, the value is taken from there: the volume of
 * PostgreSQL, for one, still has the password that it was made with.
 */
export const plan: Readonly<Record<string, (held: Held) => SecretValues>> = {
  'qflow-postgres': (held) => ({
    POSTGRES_PASSWORD: withDatabase.map((app) => passwordOf(held, app)).find(Boolean) ?? token(24),
  }),
  'qflow-nats': (held) =>
    Object.fromEntries(
      natsUsers.map((user) => [natsVariable(user), held[`qflow-${user}`]?.NATS_PASSWORD ?? natsPassword()]),
    ),
  'qflow-sandbox': (held) => ({
    SANDBOX_API_KEY: held['qflow-sender']?.SANDBOX_API_KEY ?? `SG.${token(16)}.${token(32)}`,
    SANDBOX_SIGNING_KEY: mintSendgridKeyPair().privateKey,
  }),
  // .test belongs to nobody (RFC 2606): a mail to it goes nowhere.
  'qflow-demo': () => ({
    username: 'demo@qflow.test',
    password: token(12),
    clientId: 'demo',
    clientSecret: token(24),
  }),
  'qflow-streams': (held) => nats(held, 'streams'),
  'qflow-gateway': (held) => ({ ...database(held), ...nats(held, 'gateway'), SECRET_KEYS: keyRing() }),
  'qflow-templates': (held) => ({ ...database(held), ...nats(held, 'templates') }),
  'qflow-sender': (held) => ({
    ...database(held),
    ...nats(held, 'sender'),
    SANDBOX_API_KEY: valueOf(held, 'qflow-sandbox', 'SANDBOX_API_KEY'),
  }),
  'qflow-events': (held) => ({
    ...nats(held, 'events'),
    SENDGRID_WEBHOOK_PUBLIC_KEYS: publicKeyOf(valueOf(held, 'qflow-sandbox', 'SANDBOX_SIGNING_KEY')),
  }),
  'qflow-webhooks': (held) => ({
    ...database(held),
    ...nats(held, 'webhooks'),
    WEBHOOK_SECRET_KEYS: keyRing(),
  }),
};

/** The password with which a service goes to our PostgreSQL, as its Secret has it. */
export function passwordOf(held: Held, app: string): string | undefined {
  const text = held[`qflow-${app}`]?.DATABASE_URL ?? '';
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.hostname === POSTGRES ? decodeURIComponent(url.password) : undefined;
}

/** The public half of the sandbox's signing key. @throws TypeError when it is no such key. */
export const publicKeyOf = (signingKey: string): string =>
  sendgridPublicKeyOf(importSendgridPrivateKey(signingKey));

const database = (held: Held): SecretValues => {
  const password = encodeURIComponent(valueOf(held, 'qflow-postgres', 'POSTGRES_PASSWORD'));
  return { DATABASE_URL: `postgres://qflow:${password}@${POSTGRES}:5432/qflow` };
};

const nats = (held: Held, user: NatsUser): SecretValues => ({
  NATS_PASSWORD: valueOf(held, 'qflow-nats', natsVariable(user)),
});

function valueOf(held: Held, name: string, key: string): string {
  const value = held[name]?.[key];
  if (value === undefined) throw new Error(`Secret ${name} lacks ${key}, which other Secrets are made from.`);
  return value;
}

const keyRing = () => `kind-1:${randomBytes(32).toString('base64')}`;
/** NATS reads it as a value of its configuration, and what starts with a digit is a number there. */
const natsPassword = () => `p${randomBytes(24).toString('hex')}`;
const token = (bytes: number) => randomBytes(bytes).toString('base64url');
