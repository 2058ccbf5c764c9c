import { describe, expect, it } from '@jest/globals';
import { decrypt, encrypt, keyIdOf, KeyRingError, parseKeyRing } from './key-ring.js';

const key = (byte: number): string => Buffer.alloc(32, byte).toString('base64');

describe('a key ring', () => {
  it('encrypts with the newest key and reads what older ones wrote', () => {
    const before = parseKeyRing(`k1:${key(1)}`);
    const after = parseKeyRing(`k2:${key(2)},k1:${key(1)}`);
    const old = encrypt(before, 'sëcret');
    expect(decrypt(after, old)).toBe('sëcret');
    expect(encrypt(after, 'x')).toMatch(/^k2\./);
  });

  it('never writes the same text twice', () => {
    const ring = parseKeyRing(`k1:${key(1)}`);
    expect(encrypt(ring, 'secret')).not.toBe(encrypt(ring, 'secret'));
  });

  it('refuses text that was altered, and keys it does not have', () => {
    const ring = parseKeyRing(`k1:${key(1)}`);
    const stored = encrypt(ring, 'secret');
    const altered = stored.slice(0, -4) + (stored.endsWith('AAA=') ? 'BBB=' : 'AAA=');
    expect(() => decrypt(ring, altered)).toThrow();
    expect(() => decrypt(parseKeyRing(`k1:${key(9)}`), stored)).toThrow();
    expect(() => decrypt(parseKeyRing(`k9:${key(1)}`), stored)).toThrow(KeyRingError);
  });

  it('tells which key wrote a text, and does not repeat what is none of its texts', () => {
    expect(keyIdOf(encrypt(parseKeyRing(`2026.07:${key(1)}`), 'secret'))).toBe('2026.07');
    for (const stored of ['', 'whsec_in-the-clear', '.c2VjcmV0'])
      expect(() => decrypt(parseKeyRing(`k1:${key(1)}`), stored)).toThrow(
        new KeyRingError('what is stored names no key'),
      );
  });

  it.each([
    ['', 'entry 1 is not of the form id:base64'],
    ['k1', 'entry 1 is not of the form id:base64'],
    ['k1:c2hvcnQ=', 'key k1 has 5 bytes, expected 32'],
    [`k1:${key(1)},k1:${key(2)}`, 'key k1 is given twice'],
  ])('refuses the setting %p', (setting, message) => {
    expect(() => parseKeyRing(setting)).toThrow(message);
  });
});
