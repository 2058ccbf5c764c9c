import { describe, expect, it } from '@jest/globals';
import { arrivalTimes } from './arrival-times.js';

const course = (...counts: number[]) => counts.map((count, second) => ({ second, count }));

describe('arrivalTimes', () => {
  it('tells when half and 99 % had arrived', () => {
    expect(arrivalTimes(course(100, 100, 100, 100))).toEqual({ p50Ms: 2_000, p99Ms: 3_960 });
    expect(arrivalTimes(course(0, 50, 0, 50))).toMatchObject({ p50Ms: 2_000 });
  });

  it('has nothing to tell of nothing', () => {
    expect(arrivalTimes([])).toEqual({ p50Ms: 0, p99Ms: 0 });
  });
});
