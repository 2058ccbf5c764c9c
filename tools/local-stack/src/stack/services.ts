import { natsUsers, type NatsPasswords, type NatsUser, type Secrets } from './secrets.js';

/** The services of a stack, in the order in which they are listed everywhere. */
export const serviceNames = ['gateway', 'templates', 'sender', 'events', 'webhooks', 'sandbox'] as const;
export type ServiceName = (typeof serviceNames)[number];

/** Those with a schema of their own: they start when their `migrate.js` has run. */
export const migratedServices: readonly ServiceName[] = ['gateway', 'templates', 'sender', 'webhooks'];

/** Whose `migrate.js` runs, in this order; that of events makes the streams. */
export const migrations: readonly ServiceName[] = ['events', ...migratedServices];

/** What the services have to know of each other. */
export interface Wiring {
  readonly databaseUrl: string;
  readonly natsUrl: string;
  /** Where NATS is the stack's own; who uses another one says in the environment who they are. */
  readonly natsPasswords: NatsPasswords | undefined;
  readonly ports: Readonly<Record<ServiceName, number>>;
  readonly secrets: Secrets;
}

export type Environment = Readonly<Record<string, string>>;

/**
 * Settings that suit a machine with one person in front of it. Those given in the caller's environment go before
 * these; what wires the services together (`serviceWiring`) does not bend.
 */
export const localSettings: Environment = {
  // E-mail of a development machine is looked at, and reaches nobody.
  PROVIDERS: 'sandbox',
  // Receivers under development live on this machine; in production the loopback is out of bounds (SSRF).
  WEBHOOK_ALLOW_CIDRS: '127.0.0.0/8,::1/128',
  // Nobody wants to wait ten minutes here to see what becomes of a send whose fate is unknown.
  UNKNOWN_GRACE_SECONDS: '15',
  // Users are told by e-mail of webhooks that were disabled; sends come from their own address all the same.
  PLATFORM_FROM_ADDRESS: 'platform@qflow.test',
  PLATFORM_FROM_NAME: 'Qflow Comms',
  UNVERIFIED_SENDERS: 'allow',
};

/** Where a service is reached from this machine. */
export function serviceUrl(ports: Wiring['ports'], name: ServiceName): string {
  return `http://127.0.0.1:${ports[name]}`;
}

/** Where the provider (here: the sandbox) posts its events. */
export function ingestUrl(ports: Wiring['ports']): string {
  return `${serviceUrl(ports, 'events')}/ingest/sendgrid`;
}

/** The part of a service's environment that follows from the stack itself. */
export function serviceWiring(name: ServiceName, wiring: Wiring): Environment {
  const { databaseUrl, natsUrl, ports } = wiring;
  const user = natsUsers.find((one) => one === name);
  return {
    HOST: '127.0.0.1',
    PORT: String(ports[name]),
    DATABASE_URL: databaseUrl,
    NATS_URL: natsUrl,
    ...(user && natsWiring(user, wiring)),
    ...ownWiring[name](wiring),
  };
}

/** Who a program is for NATS. */
export const natsWiring = (user: NatsUser, { natsPasswords }: Pick<Wiring, 'natsPasswords'>): Environment =>
  natsPasswords ? { NATS_USER: user, NATS_PASSWORD: natsPasswords[user] } : {};

const ownWiring: Record<ServiceName, (wiring: Wiring) => Environment> = {
  gateway: ({ ports, secrets }) => ({
    PUBLIC_URL: serviceUrl(ports, 'gateway'),
    SECRET_KEYS: secrets.gatewayKeys,
  }),
  templates: () => ({}),
  sender: ({ ports, secrets }) => ({
    SANDBOX_URL: serviceUrl(ports, 'sandbox'),
    SANDBOX_API_KEY: secrets.sendgridApiKey,
  }),
  events: ({ secrets }) => ({ SENDGRID_WEBHOOK_PUBLIC_KEYS: secrets.sandboxPublicKey }),
  webhooks: ({ secrets }) => ({ WEBHOOK_SECRET_KEYS: secrets.webhookKeys }),
  sandbox: ({ ports, secrets }) => ({
    SANDBOX_EVENT_WEBHOOK_URL: ingestUrl(ports),
    SANDBOX_SIGNING_KEY: secrets.sandboxSigningKey,
    SANDBOX_API_KEY: secrets.sendgridApiKey,
  }),
};
