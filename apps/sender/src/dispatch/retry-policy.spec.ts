import { describe, expect, it } from '@jest/globals';
import { retryDelayMs } from './retry-policy.js';

describe('retryDelayMs', () => {
  it('doubles from a second up to five minutes', () => {
    expect([1, 2, 3, 9, 10, 1000].map((attempt) => retryDelayMs(attempt, 0.5))).toEqual([
      1_000, 2_000, 4_000, 256_000, 300_000, 300_000,
    ]);
  });

  it('spreads by a fifth either way', () => {
    expect([retryDelayMs(1, 0), retryDelayMs(1, 0.999)]).toEqual([800, 1_200]);
  });
});
