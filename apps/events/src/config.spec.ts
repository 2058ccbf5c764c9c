import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { ConfigError } from '@qflow/service';
import { mintSendgridKeyPair } from '@qflow/signing';
import { loadEventsConfig } from './config.js';

const one = mintSendgridKeyPair().publicKey;
const two = mintSendgridKeyPair().publicKey;
const exported = (key: KeyObject) => key.export({ format: 'der', type: 'spki' }).toString('base64');
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
      REQUEST_TIMEOUT_SECONDS: 30,
    });
  });

  it('takes several keys', () => {
    const { SENDGRID_WEBHOOK_PUBLIC_KEYS } = loadEventsConfig(
      env({ SENDGRID_WEBHOOK_PUBLIC_KEYS: `${one}, ${two},` }),
    );
    expect(SENDGRID_WEBHOOK_PUBLIC_KEYS).toEqual([one, two]);
  });

  it.each([
    ['nothing', ''],
    ['a comma', ','],
    ['a word', 'not a key'],
    ['one key and something else', `${one},bm8=`],
    ['two keys without a comma', `${one}${two}`],
    ['a PEM armour', `-----BEGIN PUBLIC KEY-----${one}`],
    ['a private key', mintSendgridKeyPair().privateKey],
    ['an RSA key', exported(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey)],
    ['a key on P-384', exported(generateKeyPairSync('ec', { namedCurve: 'secp384r1' }).publicKey)],
    ['an Ed25519 key', exported(generateKeyPairSync('ed25519').publicKey)],
  ])('refuses %s as keys, by name', (_, keys) => {
    const load = () => loadEventsConfig(env({ SENDGRID_WEBHOOK_PUBLIC_KEYS: keys }));
    expect(load).toThrow(ConfigError);
    expect(load).toThrow(
      /SENDGRID_WEBHOOK_PUBLIC_KEYS is .+, expected SendGrid verification keys separated by commas/,
    );
  });

  it.each(['0', '301'])('refuses a time of %s seconds for a post to arrive', (seconds) => {
    expect(() => loadEventsConfig(env({ REQUEST_TIMEOUT_SECONDS: seconds }))).toThrow(
      'REQUEST_TIMEOUT_SECONDS is',
    );
  });

  it.each(['0', 'soon', '172801'])('refuses a replay window of %s', (seconds) => {
    expect(() => loadEventsConfig(env({ SENDGRID_REPLAY_WINDOW_SECONDS: seconds }))).toThrow(
      'SENDGRID_REPLAY_WINDOW_SECONDS is',
    );
  });
});
