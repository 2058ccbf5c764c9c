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
import { readAuthorities } from './destinations/certificate-authorities.js';
import { parseDnsServers } from './destinations/dns-servers.js';

/** What the re-encryption command needs as well. */
export const secretSettings = {
  WEBHOOK_SECRET_KEYS: setting.custom({
    secret: true,
    expects: 'keys as id:base64(32 bytes), newest first, separated by commas',
    read: parseKeyRing,
    doc: 'Key ring under which signing secrets are stored. Make a key with: openssl rand -base64 32.',
  }),
};

/** Every setting of webhooks, with its default. */
export const settings = {
  ...httpSettings(3004),
  ...messagingSettings,
  ...databaseSettings,

  ...secretSettings,
  WEBHOOK_MAX_SUBSCRIPTIONS: setting.integer({
    min: 1,
    max: 200,
    default: 20,
    doc: 'Webhooks that an account may have, the one of the Qflow routes included.',
  }),
  // Empty in production: endpoints are on the public internet. A local stack allows loopback.
  WEBHOOK_ALLOW_CIDRS: setting.custom({
    expects: 'networks such as 127.0.0.0/8,::1/128',
    read: parseAllowedNetworks,
    default: [],
    doc: 'Private networks that endpoints may be in, over http as well; none unless named here.',
  }),
  WEBHOOK_DNS_SERVERS: setting.custom({
    expects: 'addresses such as 10.0.0.53,[fd00::53]:5353',
    read: parseDnsServers,
    default: [],
    doc: 'Name servers that are asked where endpoints are; those of the system unless named here.',
  }),
  WEBHOOK_CA_FILE: setting.custom({
    expects: 'the path of a PEM file with certificates',
    read: readAuthorities,
    default: [],
    doc: 'Certificate authorities that endpoints may be certified by, besides the public ones.',
  }),
  // A name that has moved is followed within this time.
  WEBHOOK_CONNECTION_SECONDS: setting.integer({
    min: 0,
    max: 600,
    default: 60,
    doc: 'How long a connection to an endpoint is used before its name is resolved anew; 0 uses it once.',
  }),
  WEBHOOK_TIMEOUT_MS: setting.integer({
    min: 100,
    max: 30_000,
    default: 30_000,
    doc: 'How long an endpoint may take for the whole exchange at the most; its format and its own rules may say less.',
  }),
  WEBHOOK_ENDPOINT_CONCURRENCY: setting.integer({
    min: 1,
    max: 512,
    default: 64,
    doc: 'Requests to one endpoint in flight at once, per replica.',
  }),
  WEBHOOK_REPLAY_RATE: setting.integer({
    min: 1,
    max: 10_000,
    default: 100,
    doc: 'Deliveries per second to one endpoint, over all replicas, of what waited while it was down and of replays.',
  }),
};

export type WebhooksConfig = ConfigOf<typeof settings>;

/** @throws ConfigError */
export const loadWebhooksConfig = (env?: Record<string, string | undefined>): WebhooksConfig =>
  loadConfig(settings, env);

export const webhooksSchema = 'webhooks';

/** Injection token of {@link WebhooksConfig}. */
export const WEBHOOKS_CONFIG = Symbol('WebhooksConfig');
