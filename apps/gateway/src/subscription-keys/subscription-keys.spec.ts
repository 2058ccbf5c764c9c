import { describe, expect, it } from '@jest/globals';
import { readSubscriptionKeys, subscriptionCheck } from './subscription-keys.js';

const [one, other] = ['first-key-0123456789', 'second-key-012345678'] as const;

describe('readSubscriptionKeys', () => {
  it('reads several, with spaces around the commas', () => {
    expect(readSubscriptionKeys(`${one}, ${other}`)).toEqual([one, other]);
  });

  it.each(['short', `${one},short`, `${one},`, ','])('refuses %j', (raw) => {
    expect(() => readSubscriptionKeys(raw)).toThrow();
  });
});

describe('subscriptionCheck', () => {
  const accepts = subscriptionCheck([one, other]);

  it('takes each of the keys', () => expect([accepts(one), accepts(other)]).toEqual([true, true]));

  it.each(['', 'x', one.toUpperCase(), `${one} `, `${one},${other}`, 'first-key-012345678'])(
    'refuses %j',
    (key) => expect(accepts(key)).toBe(false),
  );
});
