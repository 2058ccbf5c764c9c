/** One Secret: its keys, and whether each has to be there. */
export type SecretKeys = Readonly<Record<string, 'required' | 'optional'>>;

/**
 * Every Secret that the manifests refer to and that is made in the cluster, never in the repository.
 * `k8s/README.md` tells how.
 */
export const documentedSecrets: Readonly<Record<string, SecretKeys>> = {
  'qflow-gateway': {
    DATABASE_URL: 'required',
    NATS_PASSWORD: 'required',
    SECRET_KEYS: 'required',
    SUBSCRIPTION_KEYS: 'optional',
  },
  'qflow-templates': { DATABASE_URL: 'required', NATS_PASSWORD: 'required', WEB_RISK_API_KEY: 'optional' },
  'qflow-sender': {
    DATABASE_URL: 'required',
    NATS_PASSWORD: 'required',
    SENDGRID_API_KEY: 'optional',
    SMTP_URL: 'optional',
    SANDBOX_API_KEY: 'optional',
  },
  'qflow-events': { NATS_PASSWORD: 'required', SENDGRID_WEBHOOK_PUBLIC_KEYS: 'required' },
  'qflow-webhooks': { DATABASE_URL: 'required', NATS_PASSWORD: 'required', WEBHOOK_SECRET_KEYS: 'required' },
  'qflow-streams': { NATS_PASSWORD: 'required' },
  'qflow-nats-ca': { 'ca.crt': 'required' },
  'qflow-postgres-ca': { 'ca.crt': 'required' },
  // Of type kubernetes.io/tls: cert-manager fills them, or a person does.
  'gateway-tls': {},
  'events-tls': {},
};

/** What the Job `secrets` of the kind overlay makes besides. */
export const kindSecrets: Readonly<Record<string, SecretKeys>> = {
  'qflow-nats': {
    GATEWAY_PASSWORD: 'required',
    TEMPLATES_PASSWORD: 'required',
    SENDER_PASSWORD: 'required',
    EVENTS_PASSWORD: 'required',
    WEBHOOKS_PASSWORD: 'required',
    STREAMS_PASSWORD: 'required',
  },
  'qflow-postgres': { POSTGRES_PASSWORD: 'required' },
  'qflow-sandbox': { SANDBOX_API_KEY: 'required', SANDBOX_SIGNING_KEY: 'required' },
  'qflow-demo': {
    username: 'required',
    password: 'required',
    clientId: 'required',
    clientSecret: 'required',
  },
};

/** Lines for what a page does not say about Secrets: a Secret or a key that it never names. */
export const undocumentedIn = (page: string, secrets: typeof documentedSecrets): string[] =>
  Object.entries(secrets).flatMap(([secret, keys]) =>
    page.includes(secret)
      ? Object.keys(keys)
          .filter((key) => !page.includes(key))
          .map((key) => `the key ${key} of the Secret ${secret} is not described`)
      : [`the Secret ${secret} is not described`],
  );
