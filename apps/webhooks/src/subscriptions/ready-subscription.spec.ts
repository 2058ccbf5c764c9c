import { KeyObject } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { encrypt, parseKeyRing } from '@qflow/persistence';
import { mintStandardKeyPair } from '@qflow/signing';
import { SecretUnreadable } from '../secrets/open-secret.js';
import { inForce, readySubscription } from './ready-subscription.js';
import type { SubscriptionRow } from './subscription.js';

const key = (byte: number): string => Buffer.alloc(32, byte).toString('base64');
const keys = parseKeyRing(`k1:${key(1)}`);
const other = parseKeyRing(`k0:${key(9)}`);
const now = Date.now();

const row = (values: Partial<SubscriptionRow> = {}): SubscriptionRow => ({
  id: 's-1',
  account_id: 'a-1',
  is_default: false,
  url: 'https://example.com/hook',
  format: 'qflow',
  description: null,
  events: ['comms.*'],
  headers: null,
  header_names: [],
  retry: {},
  secret: encrypt(keys, 'the-new-one'),
  previous_secret: null,
  previous_until: null,
  rotation_id: null,
  private_key: null,
  public_key: null,
  active: true,
  disabled_reason: null,
  disabled_at: null,
  enabled_at: new Date(now),
  failures: 0,
  warned: 0,
  created_at: new Date(now),
  updated_at: new Date(now),
  ...values,
});

const rotated = (untilMs: number, previous = encrypt(keys, 'the-old-one')): SubscriptionRow =>
  row({ previous_secret: previous, previous_until: new Date(now + untilMs) });

describe('a subscription ready for use', () => {
  it('has everything in the clear, and its own rules', () => {
    const ready = readySubscription(
      row({
        headers: encrypt(keys, '{"X-Key":"hunter2"}'),
        private_key: encrypt(keys, mintStandardKeyPair().privateKey),
        retry: { timeoutSeconds: 3 },
      }),
      keys,
    );
    expect(inForce(ready)).toMatchObject({
      id: 's-1',
      accountId: 'a-1',
      secrets: ['the-new-one'],
      headers: { 'X-Key': 'hunter2' },
      privateKeys: [expect.any(KeyObject)],
      policy: { timeoutMs: 3_000 },
      active: true,
    });
  });

  it('signs with both secrets until the overlap ends, without being read again', () => {
    const ready = readySubscription(rotated(1_000), keys, now);
    expect(inForce(ready, now).secrets).toEqual(['the-new-one', 'the-old-one']);
    expect(inForce(ready, now + 999).secrets).toEqual(['the-new-one', 'the-old-one']);
    expect(inForce(ready, now + 1_000).secrets).toEqual(['the-new-one']);
  });

  it('has no use for a secret whose overlap is over, nor for its key', () => {
    const ready = readySubscription(rotated(0, encrypt(other, 'the-old-one')), keys, now);
    expect(inForce(ready, now).secrets).toEqual(['the-new-one']);
  });

  it.each([
    ['secret', { secret: encrypt(other, 'hunter2') }],
    ['previous secret', rotated(1_000, encrypt(other, 'hunter2'))],
    ['private key', { private_key: encrypt(other, 'hunter2') }],
    ['headers', { headers: encrypt(other, 'hunter2') }],
  ])('is not ready where its %s is under a key that is missing', (_what, values) => {
    expect(() => readySubscription(row(values), keys, now)).toThrow(
      new SecretUnreadable('s-1', 'k0', 'key k0 is not in the ring (WEBHOOK_SECRET_KEYS)'),
    );
  });

  it('is not ready where what is stored was altered, or is not encrypted', () => {
    const sealed = encrypt(keys, 'the-new-one');
    const altered = `${sealed.slice(0, -6)}${sealed.endsWith('AAAAAA') ? 'BBBBBB' : 'AAAAAA'}`;
    expect(() => readySubscription(row({ secret: altered }), keys)).toThrow(
      'a secret of webhook s-1 cannot be read: key k1 is not the one that wrote it, or it was altered',
    );
    expect(() => readySubscription(row({ secret: 'hunter2' }), keys)).toThrow(
      'a secret of webhook s-1 cannot be read: what is stored names no key (WEBHOOK_SECRET_KEYS)',
    );
  });
});
