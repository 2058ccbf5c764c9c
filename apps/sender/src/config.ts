import { providerNames, type ProviderName } from '@qflow/contracts';
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
import { smtpServer } from './provider/smtp/smtp-url.js';

/** Every setting of the sender, with its default. */
export const settings = {
  ...httpSettings(3002),
  ...messagingSettings,
  ...databaseSettings,

  PROVIDERS: setting.custom<readonly ProviderName[]>({
    expects: `a comma-separated list of ${providerNames.join(', ')}, each at most once`,
    default: ['sendgrid'],
    read: readProviders,
    doc: 'Through whom e-mail goes, in the order in which they are tried: the next only while those before are down.',
  }),
  SENDGRID_API_KEY: setting.optional(
    setting.string({
      secret: true,
      doc: "SendGrid API key with the permissions 'Mail Send' and, for sender domains, 'Sender Authentication'.",
    }),
  ),
  SENDGRID_BASE_URL: setting.url({
    protocols: ['https:', 'http:'],
    default: 'https://api.sendgrid.com',
    doc: 'Where SendGrid answers; https://api.eu.sendgrid.com for subusers in the EU.',
  }),
  SMTP_URL: setting.optional(
    setting.string({
      secret: true,
      doc:
        'The mail server that e-mail can be handed to, such as smtp://user:password@mail.example.com:587, or smtps:// ' +
        'for TLS from the first byte; what is special in user and password is percent-encoded.',
    }),
  ),
  SANDBOX_URL: setting.optional(
    setting.url({
      protocols: ['https:', 'http:'],
      doc: 'Where the sandbox answers, such as http://127.0.0.1:3005. E-mail given to it reaches nobody.',
    }),
  ),
  SANDBOX_API_KEY: setting.string({
    secret: true,
    default: 'SG.sandbox',
    doc: "The sandbox's setting of the same name.",
  }),
  PROVIDER_CONCURRENCY: setting.integer({
    min: 1,
    max: 1000,
    default: 64,
    doc: 'E-mails on their way to one provider at once, per replica.',
  }),
  PROVIDER_CONNECT_TIMEOUT_MS: setting.integer({
    min: 50,
    max: 30_000,
    default: 5_000,
    doc: 'How long connecting to a provider may take. Nothing has left by then: it is tried again.',
  }),
  PROVIDER_TIMEOUT_MS: setting.integer({
    min: 100,
    max: 30_000,
    default: 10_000,
    doc: 'How long a provider may take to answer once it has been asked; then the outcome is unknown.',
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
    doc: 'A send that no provider has accepted by then fails for good.',
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
        'Sender of notices to users and of e-mail that falls back, of a domain that the providers are allowed to ' +
        'send from.',
    }),
  ),
  PLATFORM_FROM_NAME: setting.optional(
    setting.string({ doc: 'Its display name, where the template has none of its own.' }),
  ),
  LIST_UNSUBSCRIBE: setting.oneOf(['on', 'off'], {
    default: 'on',
    doc: 'Whether e-mail to guests carries the headers of one-click unsubscribing (RFC 8058).',
  }),
};

type Settings = ConfigOf<typeof settings>;

export type SenderConfig = Settings & {
  readonly senderPolicy: SenderPolicy;
  /** All that this installation is configured for: those of PROVIDERS first, in their order. */
  readonly availableProviders: readonly ProviderName[];
};

/** @throws ConfigError */
export function loadSenderConfig(env?: Record<string, string | undefined>): SenderConfig {
  const config = loadConfig(settings, env);
  const problems = [...missingForProviders(config), ...wrongSmtpUrl(config), ...missingForFallback(config)];
  if (problems.length > 0) throw new ConfigError(problems);
  return { ...config, senderPolicy: policyOf(config), availableProviders: availableOf(config) };
}

/** The setting without which a provider cannot be used. */
const keySetting = {
  sendgrid: 'SENDGRID_API_KEY',
  smtp: 'SMTP_URL',
  sandbox: 'SANDBOX_URL',
} as const satisfies Record<ProviderName, keyof Settings>;

const availableOf = (config: Settings): ProviderName[] =>
  [...new Set([...config.PROVIDERS, ...providerNames])].filter((name) => config[keySetting[name]]);

const missingForProviders = (config: Settings): string[] =>
  config.PROVIDERS.filter((name) => !config[keySetting[name]]).map((name) => {
    const key = keySetting[name];
    return `${key} is missing, but PROVIDERS names ${name}${name === 'sendgrid' ? ' (as it does by default)' : ''}. ${settings[key].doc}`;
  });

/** Apart from the others, because a URL with a password in it is not shown: what is wrong has to be said. */
function wrongSmtpUrl({ SMTP_URL }: Settings): string[] {
  try {
    if (SMTP_URL) smtpServer(SMTP_URL);
    return [];
  } catch (error) {
    return [`SMTP_URL cannot be used: ${(error as Error).message}. ${settings.SMTP_URL.doc}`];
  }
}

const policyNameOf = ({ UNVERIFIED_SENDERS, PLATFORM_FROM_ADDRESS }: Settings): SenderPolicy['is'] =>
  UNVERIFIED_SENDERS ?? (PLATFORM_FROM_ADDRESS ? 'fallback' : 'allow');

function missingForFallback(config: Settings): string[] {
  if (config.PLATFORM_FROM_ADDRESS) return [];
  const isFallback = policyNameOf(config) === 'fallback';
  if (!isFallback && !config.PLATFORM_FROM_NAME) return [];
  const why = isFallback ? 'UNVERIFIED_SENDERS is fallback' : 'PLATFORM_FROM_NAME is set';
  return [`PLATFORM_FROM_ADDRESS is missing, but ${why}. ${settings.PLATFORM_FROM_ADDRESS.doc}`];
}

function policyOf(config: Settings): SenderPolicy {
  const { PLATFORM_FROM_ADDRESS: address, PLATFORM_FROM_NAME: name } = config;
  const is = policyNameOf(config);
  return is === 'fallback' && address ? { is, address, name } : { is: is === 'refuse' ? is : 'allow' };
}

function readProviders(raw: string): readonly ProviderName[] {
  const names = raw.split(',').map((name) => name.trim());
  const known = names.filter((name): name is ProviderName => providerNames.some((one) => one === name));
  if (known.length < names.length || new Set(known).size < known.length) throw new Error('not such a list');
  return known;
}

/** Coarse on purpose: the provider is the judge of addresses. */
function readAddress(raw: string): string {
  if (!/^[^\s@<>"]+@[^\s@<>"]+\.[^\s@<>"]+$/.test(raw)) throw new Error('not an address');
  return raw;
}

/** The longest that handing an e-mail over takes, ms. */
export const handOverMsOf = (config: SenderConfig): number =>
  config.PROVIDER_CONNECT_TIMEOUT_MS + config.PROVIDER_TIMEOUT_MS;

/**
 * How long a claim on a send lasts, ms. It outlasts waiting for a free place and the provider's time-outs; one that
 * lapses means that its process died, and whether the e-mail left is unknown.
 */
export const claimMsOf = (config: SenderConfig): number => handOverMsOf(config) + 20_000;

export const senderSchema = 'sender';

/** Injection token of {@link SenderConfig}. */
export const SENDER_CONFIG = Symbol('SenderConfig');
