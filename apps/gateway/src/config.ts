import { parseKeyRing, type KeyRing } from '@qflow/persistence';
import {
  databaseSettings,
  httpSettings,
  loadConfig,
  messagingSettings,
  setting,
  type ConfigOf,
} from '@qflow/service';

/** Every setting of the gateway, with its default. */
const shape = {
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
  SECRET_KEYS: setting.custom<KeyRing>({
    expects: 'id:base64, several separated by commas, newest first, each key 32 bytes',
    read: parseKeyRing,
    secret: true,
    doc: 'Key ring that encrypts the token signing keys and signs QR and RSVP links.',
  }),
  // Thirty days: an integration that runs once a month stays logged in.
  REFRESH_TOKEN_DAYS: setting.integer({
    min: 1,
    max: 365,
    default: 30,
    doc: 'How long an unused refresh token stays valid.',
  }),
  // Templates travel inside JSON, and a large one is a few hundred kilobytes.
  BODY_LIMIT_KB: setting.integer({
    min: 16,
    max: 16_384,
    default: 1024,
    doc: 'Largest request body; beyond it the answer is 413.',
  }),
};

export type GatewayConfig = Omit<ConfigOf<typeof shape>, 'PUBLIC_URL'> & { readonly PUBLIC_URL: string };

/** @throws ConfigError */
export function loadGatewayConfig(env?: Record<string, string | undefined>): GatewayConfig {
  const config = loadConfig(shape, env);
  return { ...config, PUBLIC_URL: config.PUBLIC_URL ?? `http://127.0.0.1:${config.PORT}` };
}

export const gatewaySchema = 'gateway';

/** Injection token of {@link GatewayConfig}. */
export const GATEWAY_CONFIG = Symbol('GatewayConfig');

/** `expires_in` of the token endpoint (integrator guide, "Authentication": typically one hour). */
export const accessTokenSeconds = 3600;

/** How long a granted or revoked right, an event or a template's newest version may be known wrongly here. */
export const cacheMs = 5_000;
