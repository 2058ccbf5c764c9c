import { natsUsers, natsVariable, passwordOf, publicKeyOf, withDatabase, type Held } from './plan.js';

/** What is wrong with a Secret. Values are never told. */
export interface Problem {
  readonly secret: string;
  readonly what: string;
}

/** Secrets that are there and lack something: made by hand, or by an older version. */
export const findGaps = (held: Held): Problem[] =>
  Object.entries(requiredKeys).flatMap(([secret, keys]) =>
    keys
      .filter((key) => held[secret] && !held[secret][key])
      .map((key) => ({ secret, what: `${key} is missing` })),
  );

/** Secrets that cannot work together, for instance because one was deleted and made anew. */
export const findContradictions = (held: Held): Problem[] => [
  ...natsProblems(held),
  ...databaseProblems(held),
  ...sandboxProblems(held),
];

/** What the manifests read of each. */
const requiredKeys: Readonly<Record<string, readonly string[]>> = {
  'qflow-postgres': ['POSTGRES_PASSWORD'],
  'qflow-nats': natsUsers.map(natsVariable),
  'qflow-sandbox': ['SANDBOX_API_KEY', 'SANDBOX_SIGNING_KEY'],
  'qflow-demo': ['username', 'password', 'clientId', 'clientSecret'],
  'qflow-streams': ['NATS_PASSWORD'],
  'qflow-gateway': ['DATABASE_URL', 'NATS_PASSWORD', 'SECRET_KEYS'],
  'qflow-templates': ['DATABASE_URL', 'NATS_PASSWORD'],
  'qflow-sender': ['DATABASE_URL', 'NATS_PASSWORD', 'SANDBOX_API_KEY'],
  'qflow-events': ['NATS_PASSWORD', 'SENDGRID_WEBHOOK_PUBLIC_KEYS'],
  'qflow-webhooks': ['DATABASE_URL', 'NATS_PASSWORD', 'WEBHOOK_SECRET_KEYS'],
};

const natsProblems = (held: Held): Problem[] =>
  natsUsers
    .filter((user) => held[`qflow-${user}`]?.NATS_PASSWORD !== held['qflow-nats']?.[natsVariable(user)])
    .map((user) => ({
      secret: `qflow-${user}`,
      what: `NATS_PASSWORD is not ${natsVariable(user)} of qflow-nats`,
    }));

const databaseProblems = (held: Held): Problem[] =>
  withDatabase
    .filter((app) => {
      const password = passwordOf(held, app);
      return password !== undefined && password !== held['qflow-postgres']?.POSTGRES_PASSWORD;
    })
    .map((app) => ({
      secret: `qflow-${app}`,
      what: 'DATABASE_URL has another password than POSTGRES_PASSWORD of qflow-postgres',
    }));

function sandboxProblems(held: Held): Problem[] {
  const { SANDBOX_API_KEY: apiKey, SANDBOX_SIGNING_KEY: signingKey = '' } = held['qflow-sandbox'] ?? {};
  const accepted =
    held['qflow-events']?.SENDGRID_WEBHOOK_PUBLIC_KEYS?.split(',').map((key) => key.trim()) ?? [];
  const problems: Problem[] = [];
  if (held['qflow-sender']?.SANDBOX_API_KEY !== apiKey)
    problems.push({ secret: 'qflow-sender', what: 'SANDBOX_API_KEY is not that of qflow-sandbox' });
  const publicKey = readPublicKey(signingKey);
  if (publicKey === undefined)
    problems.push({ secret: 'qflow-sandbox', what: 'SANDBOX_SIGNING_KEY is no P-256 private key' });
  else if (!accepted.includes(publicKey))
    problems.push({
      secret: 'qflow-events',
      what: 'SENDGRID_WEBHOOK_PUBLIC_KEYS lacks the public half of SANDBOX_SIGNING_KEY of qflow-sandbox',
    });
  return problems;
}

function readPublicKey(signingKey: string): string | undefined {
  try {
    return publicKeyOf(signingKey);
  } catch {
    return undefined;
  }
}
