import {
  databaseSettings,
  httpSettings,
  loadConfig,
  messagingSettings,
  setting,
  type ConfigOf,
} from '@qflow/service';

/** Every setting of the sender, with its default. */
const shape = {
  ...httpSettings(3002),
  ...messagingSettings,
  ...databaseSettings,

  SENDGRID_BASE_URL: setting.url({
    protocols: ['https:', 'http:'],
    default: 'https://api.sendgrid.com',
    doc: 'Where SendGrid (or the sandbox) answers.',
  }),
  SENDGRID_API_KEY: setting.string({
    secret: true,
    doc: "SendGrid API key with the permission 'Mail Send'.",
  }),
  PROVIDER_CONCURRENCY: setting.integer({
    min: 1,
    max: 1000,
    default: 64,
    doc: 'Requests to the provider in flight at once, per replica.',
  }),
  PROVIDER_TIMEOUT_MS: setting.integer({
    min: 100,
    max: 30_000,
    default: 10_000,
    doc: 'How long the provider may take to answer; then the outcome is unknown.',
  }),
  // Longer than SendGrid usually takes to report what it has accepted (it posts events about every 30 s).
  UNKNOWN_GRACE_SECONDS: setting.integer({
    min: 1,
    max: 86_400,
    default: 900,
    doc: 'How long a send whose outcome is unknown waits for its events before it is tried again.',
  }),
  SEND_MAX_AGE_SECONDS: setting.integer({
    min: 60,
    max: 604_800,
    default: 86_400,
    doc: 'A send that the provider has not accepted by then fails for good.',
  }),
};

export type SenderConfig = ConfigOf<typeof shape>;

/** @throws ConfigError */
export const loadSenderConfig = (env?: Record<string, string | undefined>): SenderConfig =>
  loadConfig(shape, env);

/**
 * How long a claim on a send lasts, ms. It outlasts waiting for a free place and the provider's time-out; one that
 * lapses means that its process died, and whether the e-mail left is unknown.
 */
export const claimMsOf = ({ PROVIDER_TIMEOUT_MS }: SenderConfig): number => PROVIDER_TIMEOUT_MS + 20_000;

export const senderSchema = 'sender';

/** Injection token of {@link SenderConfig}. */
export const SENDER_CONFIG = Symbol('SenderConfig');
