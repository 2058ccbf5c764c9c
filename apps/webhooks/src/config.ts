import { parseKeyRing } from '@qflow/persistence';
import {
  databaseSettings,
  httpSettings,
  loadConfig,
  messagingSettings,
  setting,
  type ConfigOf,
} from '@qflow/service';
import { parseAllowedNetworks } from './destinations/allowed-networks.js';

/** Every setting of webhooks, with its default. */
const shape = {
  ...httpSettings(3004),
  ...messagingSettings,
  ...databaseSettings,

  WEBHOOK_SECRET_KEYS: setting.custom({
    secret: true,
    expects: 'keys as id:base64(32 bytes), newest first, separated by commas',
    read: parseKeyRing,
    doc: 'Key ring under which signing secrets are stored. Make a key with: openssl rand -base64 32.',
  }),
  // Empty in production: endpoints are on the public internet. A local stack allows loopback.
  WEBHOOK_ALLOW_CIDRS: setting.custom({
    expects: 'networks such as 127.0.0.0/8,::1/128',
    read: parseAllowedNetworks,
    default: [],
    doc: 'Private networks that endpoints may be in, over http as well; none unless named here.',
  }),
  WEBHOOK_TIMEOUT_MS: setting.integer({
    min: 100,
    max: 30_000,
    default: 15_000,
    doc: 'How long an endpoint may take for the whole exchange.',
  }),
  WEBHOOK_ENDPOINT_CONCURRENCY: setting.integer({
    min: 1,
    max: 512,
    default: 64,
    doc: 'Requests to one endpoint in flight at once, per replica.',
  }),
};

export type WebhooksConfig = ConfigOf<typeof shape>;

/** @throws ConfigError */
export const loadWebhooksConfig = (env?: Record<string, string | undefined>): WebhooksConfig =>
  loadConfig(shape, env);

export const webhooksSchema = 'webhooks';

/** Injection token of {@link WebhooksConfig}. */
export const WEBHOOKS_CONFIG = Symbol('WebhooksConfig');
