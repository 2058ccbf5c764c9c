import { describe, expect, it } from '@jest/globals';
import { mintSendgridKeyPair } from '@qflow/signing';
import { loadEventsConfig } from './config.js';

const one = mintSendgridKeyPair().publicKey;
const two = mintSendgridKeyPair().publicKey;
const env = (values: Record<string, string>) => ({
  NATS_URL: 'nats://127.0.0.1:4222',
  SENDGRID_WEBHOOK_PUBLIC_KEYS: one,
  ...values,
});

describe('the configuration', () => {
  it('has a default for everything but NATS and the keys', () => {
    expect(loadEventsConfig(env({}))).toMatchObject({
      PORT: 3003,
      SENDGRID_WEBHOOK_PUBLIC_KEYS: [one],
      SENDGRID_REPLAY_WINDOW_SECONDS: 90_000,
    });
  });

  it('takes several keys', () => {
    const { SENDGRID_WEBHOOK_PUBLIC_KEYS } = loadEventsConfig(
      env({ SENDGRID_WEBHOOK_PUBLIC_KEYS: `${one}, ${two},` }),
    );
    expect(SENDGRID_WEBHOOK_PUBLIC_KEYS).toEqual([one, two]);
  });

  it.each(['', ',', 'not a key', `${one},bm8=`, `-----BEGIN PUBLIC KEY-----${one}`])(
    'refuses the keys %j by name',
    (keys) => {
      expect(() => loadEventsConfig(env({ SENDGRID_WEBHOOK_PUBLIC_KEYS: keys }))).toThrow(
        /SENDGRID_WEBHOOK_PUBLIC_KEYS is .+, expected SendGrid verification keys separated by commas/,
      );
    },
  );

  it.each(['0', 'soon', '172801'])('refuses a replay window of %s', (seconds) => {
    expect(() => loadEventsConfig(env({ SENDGRID_REPLAY_WINDOW_SECONDS: seconds }))).toThrow(
      'SENDGRID_REPLAY_WINDOW_SECONDS is',
    );
  });
});
