import { describe, expect, it } from '@jest/globals';
import { share } from './share.js';

/** The same numbers in every run (a linear congruential generator, Numerical Recipes). */
function randomWords(): () => number {
  let state = 1;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0);
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

/** Ids as UUIDv7 has them: a clock, four bits of version, random and counting bits, two bits of variant, random bits. */
function sendIds(count: number, perMs: number): string[] {
  const word = randomWords();
  return Array.from({ length: count }, (_, index) => {
    const ms = 0x019a0000_0000 + Math.floor(index / perMs);
    const counter = index % perMs;
    return `${hex(ms, 12)}7${hex(counter >> 8, 3)}8${hex(counter & 0xff, 3)}${hex(word() >>> 16, 4)}${hex(word(), 8)}`;
  });
}

const shareOf = (isSampled: (id: string) => boolean, ids: readonly string[]): number =>
  ids.filter(isSampled).length / ids.length;

describe('sampling by the id of a send, whose first half is a clock', () => {
  it.each([0.01, 0.1, 0.5, 0.9])('takes the share that was asked for: %d', (ratio) => {
    for (const perMs of [1, 50]) {
      const ids = sendIds(20_000, perMs);
      // Five standard deviations of a fair coin.
      expect(Math.abs(shareOf(share(ratio).isSampled, ids) - ratio)).toBeLessThan(
        5 * Math.sqrt((ratio * (1 - ratio)) / ids.length),
      );
    }
  });

  it('takes that share of every moment, not all of one and nothing of the next', () => {
    const ids = sendIds(20_000, 50);
    for (let from = 0; from < ids.length; from += 5_000)
      expect(shareOf(share(0.5).isSampled, ids.slice(from, from + 5_000))).toBeCloseTo(0.5, 1);
  });

  it('would take all or nothing by the first half alone', () => {
    const byClock = (id: string): boolean => parseInt(id.slice(0, 8), 16) < 0.5 * 2 ** 32;
    expect(shareOf(byClock, sendIds(10_000, 50))).toBe(1);
  });

  it('takes all, and nothing, at the ends', () => {
    const ids = sendIds(10_000, 1);
    expect(shareOf(share(1).isSampled, ids)).toBe(1);
    expect(shareOf(share(0).isSampled, ids)).toBe(0);
  });

  it('takes with a larger share all that it takes with a smaller one', () => {
    const ids = sendIds(10_000, 1).filter(share(0.1).isSampled);
    expect(ids.length).toBeGreaterThan(0);
    expect(ids.every(share(0.3).isSampled)).toBe(true);
  });
});
