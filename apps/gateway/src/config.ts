import { parseKeyRing, type KeyRing } from '@qflow/persistence';
import {
  databaseSettings,
  httpSettings,
  loadConfig,
  messagingSettings,
  setting,
  type ConfigOf,
} from '@qflow/service';
import { readOrigins, type AllowedOrigins } from './cors/origins.js';
import { readTrustedProxies } from './identity/guessing/trusted-proxies.js';
import { issuerSettings, requireAudience } from './identity/external/issuer-settings.js';
import { readSubscriptionKeys } from './subscription-keys/subscription-keys.js';

const budget = (usual: number, what: string) =>
  setting.integer({ min: 1, max: 1_000_000_000, default: usual, doc: `${what} per minute.` });

/** Also what `qflow-admin` needs to make a signing key. */
export const keyRingSettings = {
  SECRET_KEYS: setting.custom<KeyRing>({
    expects: 'id:base64, several separated by commas, newest first, each key 32 bytes',
    read: parseKeyRing,
    secret: true,
    doc: 'Key ring that encrypts token signing keys and kept answers, and signs the links in e-mails.',
  }),
};

/** Every setting of the gateway, with its default. */
export const settings = {
  ...httpSettings(3000),
  ...messagingSettings,
  ...databaseSettings,

  // What integrators and guests see: the tokens' issuer, and where QR images and RSVP pages live.
  PUBLIC_URL: setting.optional(
    setting.url({
      protocols: ['https:', 'http:'],
      doc: 'Address under which this API is reached from outside. Default: http://127.0.0.1:PORT.',
    }),
  ),
  ...keyRingSettings,
  // Thirty days: an integration that runs once a month stays logged in.
  REFRESH_TOKEN_DAYS: setting.integer({
    min: 1,
    max: 365,
    default: 30,
    doc: 'How long an unused refresh token stays valid.',
  }),
  // A quarter: often enough that the way is known to work, and nobody notices it.
  SIGNING_KEY_DAYS: setting.integer({
    min: 1,
    max: 3650,
    default: 90,
    doc: 'How long one key signs access tokens before the next takes over.',
  }),
  ...issuerSettings,
  // Wrong passwords are counted by address; without this, behind a proxy, everyone has the address of the proxy.
  TRUSTED_PROXIES: setting.custom<string[]>({
    expects: 'addresses, ranges such as 10.0.0.0/8, or loopback, linklocal, uniquelocal, separated by commas',
    read: readTrustedProxies,
    default: [],
    doc: 'Proxies whose X-Forwarded-For tells the address of a caller. Default: none, the header is ignored.',
  }),
  // Templates travel inside JSON, and a large one is a few hundred kilobytes.
  BODY_LIMIT_KB: setting.integer({
    min: 16,
    max: 16_384,
    default: 1024,
    doc: 'Largest request body; beyond it the answer is 413.',
  }),
  // Enough to fill the transactions that requests share. More would only keep each other, and new connections, from
  // having their turn.
  ROUTE_CONCURRENCY: setting.integer({
    min: 1,
    max: 100_000,
    default: 128,
    doc: 'Requests of one route at work at once; twice as many wait, and beyond that the answer is 503.',
  }),
  // Servers call this API, browsers do not: none unless asked for.
  CORS_ORIGINS: setting.custom<AllowedOrigins>({
    expects: '* for any, or origins such as https://app.example.com, separated by commas',
    read: readOrigins,
    default: [],
    doc: 'Web pages that may call the API from a browser.',
  }),
  // Webhooks page, "Base URL": the addresses behind API management. Nothing is asked for unless it is configured.
  SUBSCRIPTION_KEYS: setting.custom<string[]>({
    expects: 'keys of at least 16 characters, separated by commas',
    read: readSubscriptionKeys,
    secret: true,
    default: [],
    doc: 'Keys of which requests under /comms/v1 and /checkin/v1 need one; several for rotation.',
  }),
  // Guide, "Rate limits". Any of the three can be changed for one account by an operator.
  RATE_LIMIT_GUEST: budget(500, 'Guests that one account may create'),
  RATE_LIMIT_SEND: budget(300, 'Sends that one account may ask for'),
  RATE_LIMIT_OTHER: budget(1000, 'Other calls that one account may make'),
};

export type GatewayConfig = Omit<ConfigOf<typeof settings>, 'PUBLIC_URL'> & { readonly PUBLIC_URL: string };

/** @throws ConfigError */
export function loadGatewayConfig(env?: Record<string, string | undefined>): GatewayConfig {
  const config = loadConfig(settings, env);
  requireAudience(config);
  return { ...config, PUBLIC_URL: publicUrlOf(config) };
}

/** What the links in e-mails are made of: for `qflow-admin send republish`. */
export const linkSettings = {
  PUBLIC_URL: settings.PUBLIC_URL,
  PORT: settings.PORT,
  ...keyRingSettings,
};

export const publicUrlOf = ({
  PUBLIC_URL,
  PORT,
}: Pick<ConfigOf<typeof settings>, 'PUBLIC_URL' | 'PORT'>): string =>
  PUBLIC_URL ?? `http://127.0.0.1:${PORT}`;

export const gatewaySchema = 'gateway';

/** Injection token of {@link GatewayConfig}. */
export const GATEWAY_CONFIG = Symbol('GatewayConfig');

/** `expires_in` of the token endpoint (integrator guide, "Authentication": typically one hour). */
export const accessTokenSeconds = 3600;

/** How long a granted or revoked right, an event or a template's newest version may be known wrongly here. */
export const cacheMs = 5_000;
