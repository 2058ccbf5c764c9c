import { describe, expect, it } from '@jest/globals';
import { linearTicks, logTicks } from './ticks.js';

describe('linearTicks', () => {
  it.each([
    [10, 5, [0, 2, 4, 6, 8, 10]],
    [1_013, 5, [0, 500, 1_000, 1_500]],
    [60, 6, [0, 10, 20, 30, 40, 50, 60]],
    [0.3, 3, [0, 0.1, 0.2, 0.3]],
    [7, 3, [0, 5, 10]],
    [0, 5, [0, 1]],
    [NaN, 5, [0, 1]],
  ])('up to %d, about %d', (max, about, ticks) => {
    expect(linearTicks(max, about)).toEqual(ticks);
  });
});

it('does not divide more finely than asked for', () => {
  expect(linearTicks(2, 10, 1)).toEqual([0, 1, 2]);
});

describe('logTicks', () => {
  it.each([
    [3, 80, [2, 5, 10, 20, 50, 100]],
    [1, 10, [1, 2, 5, 10]],
    [0.4, 0.6, [0.2, 0.5, 1]],
    [5, 5, [5, 10]],
    [0.5, 30_000, [0.1, 1, 10, 100, 1_000, 10_000, 100_000]],
  ])('from %d to %d', (min, max, ticks) => {
    expect(logTicks(min, max)).toEqual(ticks);
  });
});
