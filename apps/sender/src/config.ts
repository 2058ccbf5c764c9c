import {
  ConfigError,
  databaseSettings,
  httpSettings,
  loadConfig,
  messagingSettings,
  setting,
  type ConfigOf,
} from '@qflow/service';
import type { SenderPolicy } from './domains/sender-policy.js';

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
    doc: "SendGrid API key with the permissions 'Mail Send' and, for sender domains, 'Sender Authentication'.",
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

  // E-mail whose from address is not of a verified and enabled sender domain of its account.
  UNVERIFIED_SENDERS: setting.optional(
    setting.oneOf(['fallback', 'refuse', 'allow'], {
      doc:
        'What becomes of it: sent from PLATFORM_FROM_ADDRESS with the wanted address as reply-to, failed for good, ' +
        'or sent as it is. Default: fallback where PLATFORM_FROM_ADDRESS is set, else allow.',
    }),
  ),
  PLATFORM_FROM_ADDRESS: setting.optional(
    setting.custom({
      expects: 'an e-mail address',
      read: readAddress,
      doc:
        'Sender of notices to users and of e-mail that falls back, of a domain that this SendGrid account has ' +
        'authenticated.',
    }),
  ),
  PLATFORM_FROM_NAME: setting.optional(
    setting.string({ doc: 'Its display name, where the template has none of its own.' }),
  ),
};

export type SenderConfig = ConfigOf<typeof shape> & { readonly senderPolicy: SenderPolicy };

/** @throws ConfigError */
export function loadSenderConfig(env?: Record<string, string | undefined>): SenderConfig {
  const config = loadConfig(shape, env);
  return { ...config, senderPolicy: policyOf(config) };
}

function policyOf(config: ConfigOf<typeof shape>): SenderPolicy {
  const { UNVERIFIED_SENDERS, PLATFORM_FROM_ADDRESS: address, PLATFORM_FROM_NAME: name } = config;
  const is = UNVERIFIED_SENDERS ?? (address ? 'fallback' : 'allow');
  if (!address && (is === 'fallback' || name)) {
    const why = is === 'fallback' ? 'UNVERIFIED_SENDERS is fallback' : 'PLATFORM_FROM_NAME is set';
    throw new ConfigError([
      `PLATFORM_FROM_ADDRESS is missing, but ${why}. ${shape.PLATFORM_FROM_ADDRESS.doc}`,
    ]);
  }
  return is === 'fallback' && address ? { is, address, name } : { is: is === 'refuse' ? is : 'allow' };
}

/** Coarse on purpose: the provider is the judge of addresses. */
function readAddress(raw: string): string {
  if (!/^[^\s@<>"]+@[^\s@<>"]+\.[^\s@<>"]+$/.test(raw)) throw new Error('not an address');
  return raw;
}

/**
 * How long a claim on a send lasts, ms. It outlasts waiting for a free place and the provider's time-out; one that
 * lapses means that its process died, and whether the e-mail left is unknown.
 */
export const claimMsOf = ({ PROVIDER_TIMEOUT_MS }: SenderConfig): number => PROVIDER_TIMEOUT_MS + 20_000;

export const senderSchema = 'sender';

/** Injection token of {@link SenderConfig}. */
export const SENDER_CONFIG = Symbol('SenderConfig');
