import { describe, expect, it } from '@jest/globals';
import { nowMicros } from '../measure/clock.js';
import { arrivalsOf, exactArrivals, runArrivals } from './arrivals.js';

describe('arrivalsOf', () => {
  const load = { perSecond: 200, seconds: 100, seed: 7 };

  it('comes at the rate asked for, in order, within the time', () => {
    const arrivals = [...arrivalsOf(load)];
    // 20,000 on average with a standard deviation of 141: six of them either way.
    expect(Math.abs(arrivals.length - 20_000)).toBeLessThan(850);
    expect(arrivals).toEqual([...arrivals].sort((a, b) => a - b));
    expect(arrivals.at(-1)).toBeLessThan(100_000_000);
  });

  it('comes irregularly: gaps are as different as those of independent senders', () => {
    const arrivals = [...arrivalsOf(load)];
    const gaps = arrivals.slice(1).map((at, index) => at - (arrivals[index] as number));
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
    expect(Math.sqrt(variance) / mean).toBeCloseTo(1, 1);
  });

  it('repeats itself with the same seed only', () => {
    expect([...arrivalsOf(load)]).toEqual([...arrivalsOf(load)]);
    expect([...arrivalsOf({ ...load, seed: 8 })].slice(0, 5)).not.toEqual([...arrivalsOf(load)].slice(0, 5));
  });
});

describe('exactArrivals', () => {
  const load = { perSecond: 200, seconds: 100, seed: 7 };

  it('are as many as the rate says, in order, within the time', () => {
    const arrivals = exactArrivals(load);
    expect(arrivals).toHaveLength(20_000);
    expect(arrivals).toEqual([...arrivals].sort((a, b) => a - b));
    expect(arrivals.at(-1)).toBeLessThan(100_000_000);
  });

  it('are as irregular as any, and repeated by their seed only', () => {
    const inEachSecond = Array.from({ length: 100 }, () => 0);
    for (const at of exactArrivals(load)) inEachSecond[Math.floor(at / 1_000_000)]! += 1;
    const variance = inEachSecond.reduce((sum, count) => sum + (count - 200) ** 2, 0) / 100;
    // A Poisson process has as much variance as mean.
    expect(Math.abs(variance - 200)).toBeLessThan(100);
    expect(exactArrivals(load)).toEqual(exactArrivals(load));
    expect(exactArrivals({ ...load, seed: 8 })[0]).not.toBe(exactArrivals(load)[0]);
  });
});

describe('runArrivals', () => {
  it('acts at every moment in turn, with the moment it was due at, however late it is', async () => {
    const offsets = [0, 0, 1_000, 3_000, 3_000, 20_000];
    const acts: { due: number; index: number; at: number }[] = [];

    await runArrivals(offsets, (due, index) => {
      acts.push({ due, index, at: nowMicros() });
      // A generator that is kept from its work for a while: the moments do not move.
      if (index === 2) while (nowMicros() < due + 10_000);
    });

    expect(acts.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5]);
    const start = (acts[0] as { due: number }).due;
    expect(acts.map(({ due }) => due - start)).toEqual(offsets);
    // Never early by more than what it rounds away.
    expect(acts.every(({ due, at }) => at >= due - 1_000)).toBe(true);
  });
});
