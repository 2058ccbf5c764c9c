import { describe, expect, it } from '@jest/globals';
import { loadSenderConfig } from './config.js';

const policyOf = (env: Record<string, string>) =>
  loadSenderConfig({
    DATABASE_URL: 'postgres://u@127.0.0.1/q',
    NATS_URL: 'nats://127.0.0.1',
    SENDGRID_API_KEY: 'SG.x',
    ...env,
  }).senderPolicy;

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
