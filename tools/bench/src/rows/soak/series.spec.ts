import { describe, expect, it } from '@jest/globals';
import { trendOf, type Series } from './series.js';

const series = (values: readonly number[]): Series => ({
  ...{ name: 'memory', unit: 'MiB' },
  points: values.map((value, index) => [index * 10, value]),
});
const of = (length: number, value: (index: number) => number): Series =>
  series(Array.from({ length }, (_, index) => value(index)));
const tolerance = { share: 0.1, slack: 5 };

describe('trendOf', () => {
  it('finds that what stays is flat', () => {
    expect(
      trendOf(
        of(60, () => 100),
        tolerance,
      ),
    ).toEqual({ first: 100, last: 100, max: 100, perHour: 0, isFlat: true });
  });

  it('finds a leak, and how much it is an hour', () => {
    const trend = trendOf(
      of(60, (index) => 100 + index),
      tolerance,
    );
    expect(trend).toMatchObject({ first: 120, last: 152, isFlat: false });
    expect(trend?.perHour).toBeCloseTo(360);
  });

  it('does not count the beginning, when everything grows', () => {
    const trend = trendOf(
      of(100, (index) => (index < 20 ? index * 5 : 100)),
      tolerance,
    );
    expect(trend?.isFlat).toBe(true);
  });

  it('sees a leak below a sawtooth, and no leak in one', () => {
    const teeth = (index: number): number => (index % 6) * 10;
    expect(trendOf(of(120, teeth), tolerance)?.isFlat).toBe(true);
    expect(
      trendOf(
        of(120, (index) => teeth(index) + index),
        tolerance,
      )?.isFlat,
    ).toBe(false);
  });

  it('is not misled by a peak at the end', () => {
    expect(
      trendOf(
        of(60, (index) => (index === 59 ? 1_000 : 100)),
        tolerance,
      )?.isFlat,
    ).toBe(true);
  });

  it('allows what is little by its share, or little at all', () => {
    expect(
      trendOf(
        of(60, (index) => 1_000 + index),
        tolerance,
      )?.isFlat,
    ).toBe(true);
    expect(
      trendOf(
        of(60, (index) => 1 + index / 20),
        tolerance,
      )?.isFlat,
    ).toBe(true);
  });

  it('does not tell from a few points, or from none', () => {
    expect(trendOf(series([1, 2, 3, 4, 5]), tolerance)).toBeUndefined();
    expect(trendOf(series([]), tolerance)).toBeUndefined();
  });

  it('leaves out what could not be measured', () => {
    const trend = trendOf(
      of(60, (index) => (index % 2 === 0 ? NaN : 100)),
      tolerance,
    );
    expect(trend).toMatchObject({ first: 100, last: 100, isFlat: true });
  });
});
