import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isWellFormed, keyHash, mintKey } from './secret-key.js';

describe('mintKey', () => {
  it('makes a key that says whose it is, and keeps only a hash and its beginning', () => {
    const { key, prefix, hash } = mintKey('account');
    expect(key).toMatch(/^qk_[0-9A-Za-z]{49}$/);
    expect(prefix).toBe(key.slice(0, 9));
    expect(hash).toEqual(createHash('sha256').update(key).digest());
    expect(keyHash(key)).toBe(hash.toString('hex'));
    expect(mintKey('operator').key).toMatch(/^qa_/);
  });

  it('never makes the same key twice, and uses every character', () => {
    const keys = Array.from({ length: 500 }, () => mintKey('account').key);
    expect(new Set(keys).size).toBe(500);
    expect(new Set(keys.map((key) => key.slice(3, 46)).join('')).size).toBe(62);
  });
});

describe('isWellFormed', () => {
  it('knows every key we make', () => {
    for (let count = 0; count < 200; count++) expect(isWellFormed(mintKey('operator').key)).toBe(true);
  });

  it('has the checksum that scanners can compute: CRC-32 of all before it, in base 62', () => {
    expect(isWellFormed(`qk_${'A'.repeat(43)}1scziP`)).toBe(true);
  });

  it('finds every wrong character', () => {
    const { key } = mintKey('account');
    const place = fc.integer({ min: 0, max: key.length - 1 });
    const character = fc.constantFrom(...'0123456789ABCxyz_-! ');
    fc.assert(
      fc.property(place, character, (index, other) => {
        const typo = `${key.slice(0, index)}${other}${key.slice(index + 1)}`;
        expect(isWellFormed(typo)).toBe(typo === key);
      }),
    );
  });

  it('refuses anything else', () => {
    fc.assert(fc.property(fc.string(), (text) => !isWellFormed(text) && !isWellFormed(`qk_${text}`)));
  });
});
