/**
 * Who has to reach whom, by what ARCHITECTURE.md says of the services. The NetworkPolicies of every overlay have to allow
 * exactly this: `edgesOf` reads the same lines out of the policies.
 */
const services = ['gateway', 'templates', 'sender', 'events', 'webhooks'] as const;

const from = (callers: readonly string[], called: string): string[] =>
  callers.map((caller) => `${caller} → ${called}`);

const askForNames = (callers: readonly string[]): string[] => [
  ...from(callers, 'dns:53'),
  ...from(callers, 'node-local dns:53'),
];

/** The services themselves, wherever NATS and PostgreSQL are. They ask each other over NATS alone. */
const ofServices = [
  // The public API, and the provider's reports; an Ingress controller may be anywhere. Their metrics as well.
  ...from(['anyone'], 'gateway:3000'),
  ...from(['anyone'], 'events:3003'),
  ...from(['monitoring'], 'templates:3001'),
  ...from(['monitoring'], 'sender:3002'),
  ...from(['monitoring'], 'webhooks:3004'),
  // Only these two leave the cluster, and only for what is public: SendGrid and mail servers; receivers of webhooks.
  'sender → internet:25,443,465,587',
  'webhooks → internet:80,443,1024-65535',
  ...askForNames([...services, 'migrate']),
];

const usersOfNats = [...services, 'migrate'];
/** All but events, which keeps nothing. */
const usersOfPostgres = ['gateway', 'templates', 'sender', 'webhooks', 'migrate'];

/** By overlay. */
export const architecture = {
  production: [
    ...ofServices,
    ...from(usersOfNats, 'nats outside:4222'),
    ...from(usersOfPostgres, 'postgres outside:5432'),
  ],
  kind: [
    ...ofServices,
    ...from(usersOfNats, 'nats:4222'),
    ...from(['nats'], 'nats:6222'),
    ...from([...usersOfPostgres, 'demo-account'], 'postgres:5432'),
    // The sandbox takes mail in the provider's place, shows it to a person, and reports to events.
    ...from(['sender', 'anyone'], 'sandbox:3005'),
    ...from(['sandbox'], 'events:3003'),
    // Receivers on the machine in front of you.
    'webhooks → private network:80,443,1024-65535',
    // The API server, at an address that each cluster chooses.
    'secrets → anyone:443,6443',
    ...askForNames(['nats', 'postgres', 'sandbox', 'demo-account', 'secrets']),
  ],
} as const satisfies Record<string, readonly string[]>;

/** What a component opens on top. One that is not here opens nothing. */
export const openedByComponent: Readonly<Record<string, readonly string[]>> = {
  'external-issuer': ['gateway → internet:443'],
  'web-risk': ['templates → internet:443'],
  tracing: from(services, 'monitoring:4318'),
};
