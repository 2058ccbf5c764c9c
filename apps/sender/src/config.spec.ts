import { describe, expect, it } from '@jest/globals';
import { loadSenderConfig } from './config.js';

const load = (env: Record<string, string>) =>
  loadSenderConfig({ DATABASE_URL: 'postgres://u@127.0.0.1/q', NATS_URL: 'nats://127.0.0.1', ...env });

const policyOf = (env: Record<string, string>) => load({ SENDGRID_API_KEY: 'SG.x', ...env }).senderPolicy;

const address = 'mail@platform.example';

describe('senders without a domain of their own', () => {
  it.each<[Record<string, string>, object]>([
    [{}, { is: 'allow' }],
    [{ UNVERIFIED_SENDERS: 'allow' }, { is: 'allow' }],
    [{ UNVERIFIED_SENDERS: 'refuse' }, { is: 'refuse' }],
    [{ PLATFORM_FROM_ADDRESS: address }, { is: 'fallback', address, name: undefined }],
    [
      { PLATFORM_FROM_ADDRESS: address, PLATFORM_FROM_NAME: 'Platform' },
      { is: 'fallback', address, name: 'Platform' },
    ],
    [{ UNVERIFIED_SENDERS: 'refuse', PLATFORM_FROM_ADDRESS: address }, { is: 'refuse' }],
    [{ UNVERIFIED_SENDERS: 'allow', PLATFORM_FROM_ADDRESS: address }, { is: 'allow' }],
  ])('%j is %j', (env, policy) => {
    expect(policyOf(env)).toEqual(policy);
  });

  it.each<[Record<string, string>, string]>([
    [
      { UNVERIFIED_SENDERS: 'fallback' },
      'PLATFORM_FROM_ADDRESS is missing, but UNVERIFIED_SENDERS is fallback.',
    ],
    [{ PLATFORM_FROM_NAME: 'Platform' }, 'PLATFORM_FROM_ADDRESS is missing, but PLATFORM_FROM_NAME is set.'],
    [{ UNVERIFIED_SENDERS: 'maybe' }, 'expected one of fallback, refuse, allow'],
    [{ PLATFORM_FROM_ADDRESS: 'Platform <mail@platform.example>' }, 'expected an e-mail address'],
  ])('%j stops the start: %s', (env, message) => {
    expect(() => policyOf(env)).toThrow(message);
  });
});

describe('providers', () => {
  const smtp = 'smtp://user:secret@mail.example.com:587';
  const sandbox = 'http://127.0.0.1:3005';

  it.each<[Record<string, string>, string[], string[]]>([
    [{ SENDGRID_API_KEY: 'SG.x' }, ['sendgrid'], ['sendgrid']],
    [{ PROVIDERS: 'smtp', SMTP_URL: smtp }, ['smtp'], ['smtp']],
    [
      { PROVIDERS: ' smtp , sendgrid ', SMTP_URL: smtp, SENDGRID_API_KEY: 'SG.x' },
      ['smtp', 'sendgrid'],
      ['smtp', 'sendgrid'],
    ],
    // For accounts of their own.
    [
      { SENDGRID_API_KEY: 'SG.x', SANDBOX_URL: sandbox, SMTP_URL: smtp },
      ['sendgrid'],
      ['sendgrid', 'smtp', 'sandbox'],
    ],
    [
      { PROVIDERS: 'sandbox', SANDBOX_URL: sandbox, SENDGRID_API_KEY: 'SG.x' },
      ['sandbox'],
      ['sandbox', 'sendgrid'],
    ],
  ])('%j: e-mail goes through %j of %j', (env, providers, available) => {
    const { PROVIDERS, availableProviders } = load(env);
    expect(PROVIDERS).toEqual(providers);
    expect(availableProviders).toEqual(available);
  });

  it.each<[Record<string, string>, string]>([
    [
      {},
      'SENDGRID_API_KEY is missing, but PROVIDERS names sendgrid (as it does by default). SendGrid API key',
    ],
    [
      { SANDBOX_URL: sandbox },
      'SENDGRID_API_KEY is missing, but PROVIDERS names sendgrid (as it does by default)',
    ],
    [
      { PROVIDERS: 'smtp,sandbox', SMTP_URL: smtp },
      'SANDBOX_URL is missing, but PROVIDERS names sandbox. Where',
    ],
    [{ PROVIDERS: 'smtp,sandbox' }, 'SMTP_URL is missing, but PROVIDERS names smtp.'],
    [
      { PROVIDERS: 'mailgun' },
      'PROVIDERS is "mailgun", expected a comma-separated list of sendgrid, smtp, sandbox',
    ],
    [{ PROVIDERS: 'smtp,smtp', SMTP_URL: smtp }, 'expected a comma-separated list'],
    [{ PROVIDERS: 'smtp,', SMTP_URL: smtp }, 'expected a comma-separated list'],
    [{ PROVIDERS: 'smtp', SMTP_URL: 'smtp://' }, 'SMTP_URL cannot be used: it names no host.'],
    [
      { PROVIDERS: 'smtp', SMTP_URL: 'http://mail' },
      'SMTP_URL cannot be used: it must begin with smtp:// or smtps://.',
    ],
    [
      { PROVIDERS: 'sandbox', SANDBOX_URL: '127.0.0.1:3005' },
      'SANDBOX_URL is "127.0.0.1:3005", expected a URL',
    ],
    [
      { SENDGRID_API_KEY: 'SG.x', LIST_UNSUBSCRIBE: 'yes' },
      'LIST_UNSUBSCRIBE is "yes", expected one of on, off',
    ],
  ])('%j stops the start: %s', (env, message) => {
    expect(() => load(env)).toThrow(message);
  });

  it('are told of all at once, with what else is missing, and without a password', () => {
    const start = () =>
      load({
        PROVIDERS: 'sandbox,sendgrid,smtp',
        SMTP_URL: 'smtp://u:hunter2@mail/x',
        UNVERIFIED_SENDERS: 'fallback',
      });
    expect(start).toThrow(
      /SANDBOX_URL is missing[^]*SENDGRID_API_KEY is missing[^]*SMTP_URL cannot be used[^]*PLATFORM_FROM_ADDRESS is missing/,
    );
    expect(start).not.toThrow('hunter2');
  });
});
