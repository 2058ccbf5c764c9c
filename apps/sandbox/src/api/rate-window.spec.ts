import { describe, expect, it } from '@jest/globals';
import { RateWindow } from './rate-window.js';

describe('RateWindow', () => {
  it('counts down within a second and starts anew with the next', () => {
    const rate = new RateWindow(2);
    const standings = [1_000, 1_500, 1_999, 2_000].map((now) => rate.take(now));
    expect(standings).toEqual([
      { limit: 2, remaining: 1, reset: 2, spent: false },
      { limit: 2, remaining: 0, reset: 2, spent: false },
      { limit: 2, remaining: 0, reset: 2, spent: true },
      { limit: 2, remaining: 1, reset: 3, spent: false },
    ]);
  });
});
