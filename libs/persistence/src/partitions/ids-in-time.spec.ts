import { describe, expect, it } from '@jest/globals';
import { validate, version } from 'uuid';
import { derivedId, hasTime, lowestIdAt, timeOfId } from './ids-in-time.js';

const at = Date.parse('2026-11-21T17:51:07.123Z');

describe('derivedId', () => {
  it('is a UUIDv7 of its time', () => {
    for (let seed = 0; seed < 200; seed++) {
      const id = derivedId(at, String(seed));
      expect([validate(id), version(id), hasTime(id), timeOfId(id)]).toEqual([true, 7, true, at]);
      expect(id > lowestIdAt(at) && id < lowestIdAt(at + 1)).toBe(true);
    }
  });

  it('follows from time and seed alone', () => {
    expect(derivedId(at, 'a')).toBe(derivedId(at, 'a'));
    expect(derivedId(at, 'a')).not.toBe(derivedId(at, 'b'));
    expect(derivedId(at, 'a')).not.toBe(derivedId(at + 1, 'a'));
  });
});
