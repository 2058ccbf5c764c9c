import { describe, expect, it } from '@jest/globals';
import { behindEachOther, Timeline } from './timeline.js';

const start = 7_000_000;

describe('Timeline', () => {
  it('tells count and percentiles second by second, of what ended in it', () => {
    const timeline = new Timeline(start);
    for (let index = 1; index <= 100; index++) timeline.record(start + index, index * 1_000);
    timeline.record(start + 999_999, 200_000);
    timeline.record(start + 1_000_000, 5_000);

    expect(timeline.seconds()).toEqual([
      { second: 0, count: 101, p50Ms: 51, p99Ms: 100, maxMs: 200 },
      { second: 1, count: 1, p50Ms: 5, p99Ms: 5, maxMs: 5 },
    ]);
  });

  it('shows a second in which nothing ended', () => {
    const timeline = new Timeline();
    timeline.record(start, 1_000);
    timeline.record(start + 2_500_000, 1_000);

    const [, silent, last] = timeline.seconds();
    expect(silent).toEqual({ second: 1, count: 0, p50Ms: NaN, p99Ms: NaN, maxMs: NaN });
    expect(last).toMatchObject({ second: 2, count: 1 });
  });

  it('has no seconds where nothing happened', () => {
    expect(new Timeline().seconds()).toEqual([]);
  });
});

describe('behindEachOther', () => {
  it('puts whole seconds of slices into one row', () => {
    const slice = (count: number): Timeline => {
      const timeline = new Timeline(start);
      for (let at = 0; at < 2.5; at += 1 / count) timeline.record(start + at * 1_000_000, 1_000);
      return timeline;
    };
    const course = behindEachOther([slice(4), slice(2)]);
    expect(course.map(({ second, count }) => [second, count])).toEqual([
      ...[
        [0, 4],
        [1, 4],
      ],
      ...[
        [2, 2],
        [3, 2],
      ],
    ]);
  });
});
