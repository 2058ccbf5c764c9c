import { describe, expect, it } from '@jest/globals';
import { Latencies } from './latencies.js';

const of = (...micros: number[]): Latencies => {
  const latencies = new Latencies();
  micros.forEach((value) => latencies.record(value));
  return latencies;
};

const upTo = (last: number) => Array.from({ length: last }, (_, index) => (index + 1) * 1_000);

describe('Latencies', () => {
  it('tells percentiles in milliseconds, exact to three digits', () => {
    const { count, p50Ms, p90Ms, p99Ms, maxMs } = of(...upTo(1_000)).summary();

    expect(count).toBe(1_000);
    const exact = { 500: p50Ms, 900: p90Ms, 990: p99Ms, 1_000: maxMs };
    for (const [wanted, got] of Object.entries(exact))
      expect(Math.abs(got - Number(wanted)) / Number(wanted)).toBeLessThan(0.001);
  });

  it('adds up distributions, not percentiles', () => {
    const quick = of(...Array.from({ length: 99 }, () => 1_000));
    quick.add(of(5_000_000));

    const { count, p50Ms, p99Ms, maxMs } = quick.summary();

    expect(count).toBe(100);
    expect(p50Ms).toBeCloseTo(1, 1);
    expect(p99Ms).toBeCloseTo(1, 1);
    expect(maxMs / 5_000).toBeCloseTo(1, 2);
  });

  it('has nothing to tell of nothing', () => {
    expect(of().summary()).toEqual({ count: 0, p50Ms: 0, p90Ms: 0, p99Ms: 0, maxMs: 0 });
  });

  it('takes what is out of range as the nearest that is in it', () => {
    expect(of(-5).summary().maxMs).toBe(0.001);
    expect(of(1e15).summary().maxMs / 1_800_000).toBeCloseTo(1, 2);
  });
});
