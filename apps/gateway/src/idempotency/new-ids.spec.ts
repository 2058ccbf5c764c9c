import { describe, expect, it } from '@jest/globals';
import { v7 as uuidv7, validate, version } from 'uuid';
import { newIds } from './new-ids.js';

const take = (seed: string | undefined, count: number): string[] => {
  const ids = newIds(seed);
  return Array.from({ length: count }, () => ids.next());
};

describe('newIds', () => {
  it('mints a UUIDv7 each time where there is no seed', () => {
    const ids = take(undefined, 100);
    expect(new Set(ids).size).toBe(100);
    for (const id of ids) {
      expect(validate(id)).toBe(true);
      expect(version(id)).toBe(7);
    }
  });

  it('mints each id above the one before, and tells the moment in it', () => {
    const before = Date.now();
    const ids = take(undefined, 5_000);
    expect([...ids].sort()).toEqual(ids);
    const moment = parseInt(String(ids[0]).replace('-', '').slice(0, 12), 16);
    expect(moment).toBeGreaterThanOrEqual(before);
    expect(moment).toBeLessThanOrEqual(Date.now());
  });

  it('yields the same ids for the same seed, in order, and others for another seed', () => {
    const [one, other] = [uuidv7(), uuidv7()];
    expect(take(one, 200)).toEqual(take(one, 200));
    expect(new Set([...take(one, 200), ...take(other, 200)]).size).toBe(400);
  });

  it('tells whether a repetition is given the same ids', () => {
    expect([newIds(undefined).repeatable, newIds(uuidv7()).repeatable]).toEqual([false, true]);
  });

  it('yields valid ids of version 7 and the moment of the seed', () => {
    const seed = uuidv7({ msecs: Date.UTC(2026, 3, 29) });
    for (const id of take(seed, 50)) {
      expect(validate(id)).toBe(true);
      expect(version(id)).toBe(7);
      expect(id.slice(0, 13)).toBe(seed.slice(0, 13));
    }
  });
});
