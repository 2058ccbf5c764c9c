import { describe, expect, it } from '@jest/globals';
import { retryDelay } from './retry-delay.js';

describe('retryDelay', () => {
  it('doubles from the first gap up to the longest', () => {
    const pace = { first: 500, longest: 30_000 };
    const gaps = [1, 2, 3, 4, 5, 6, 7, 8, 1000].map((failures) => retryDelay(failures, pace));
    expect(gaps).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  });
});
