import { describe, expect, it } from '@jest/globals';
import type { KeyRing } from '@qflow/persistence';
import { LinkSeal } from './link-seal.js';

const ring = (...keys: number[]): KeyRing => ({
  newest: `k${keys[0]}`,
  keys: new Map(keys.map((key) => [`k${key}`, Buffer.alloc(32, key)])),
});
const payload = Buffer.from('payload');

describe('LinkSeal', () => {
  const seal = new LinkSeal(ring(1), 'qr');

  it('opens what it sealed', () => {
    expect(seal.open(seal.seal(payload))).toEqual(payload);
    expect(seal.seal(payload)).toMatch(/^[\w-]+$/);
  });

  it('opens nothing altered, cut off, spelt differently or made up', () => {
    const token = seal.seal(payload);
    const flipped = `${token.startsWith('A') ? 'B' : 'A'}${token.slice(1)}`;
    for (const other of [
      flipped,
      token.slice(1),
      token.slice(0, -1),
      `${token}=`,
      `${token}A`,
      '',
      'A',
      '%%%',
    ])
      expect(seal.open(other)).toBeUndefined();
  });

  it('opens no token of another purpose or another ring', () => {
    const token = seal.seal(payload);
    expect(new LinkSeal(ring(1), 'rsvp').open(token)).toBeUndefined();
    expect(new LinkSeal(ring(1), 'unsubscribe').open(token)).toBeUndefined();
    expect(new LinkSeal(ring(2), 'qr').open(token)).toBeUndefined();
  });

  it('opens old tokens after a rotation, and seals with the new key', () => {
    const rotated = new LinkSeal(ring(2, 1), 'qr');
    expect(rotated.open(seal.seal(payload))).toEqual(payload);
    expect(seal.open(rotated.seal(payload))).toBeUndefined();
  });
});
