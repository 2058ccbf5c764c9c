import { describe, expect, it } from '@jest/globals';
import { compareResults } from './compare-results.js';
import type { Named } from './named.js';
import { readEarlier, toJson } from './to-json.js';

const result = (changes: Partial<Named>): Named => ({
  ...{ name: 'pipeline', figure: 1_000, unit: 'sends/s', target: '', met: true, lost: 0, duplicated: 0 },
  ...{ p50Ms: 5, p99Ms: 50, notes: [] },
  ...changes,
});

/** What the earlier run has written, against this one. */
const compare = (before: Named[], now: Named[]) => compareResults(now, readEarlier(toJson(before))).rows;

describe('compareResults', () => {
  it('tells what has become better and worse, whichever way that is', () => {
    const [row] = compare(
      [result({ ratio: 0.5, cpuSecondsPer1000: { all: 4, sender: 1 } })],
      [result({ figure: 1_200, ratio: 0.4, p99Ms: 75, cpuSecondsPer1000: { all: 2, sender: 1 } })],
    );
    expect(row).toEqual([
      'pipeline',
      '1,000 → 1,200  +20.0 % ▲',
      'sends/s',
      '0.500 → 0.400  −20.0 % ▼',
      '4 → 2  −50.0 % ▲',
      '50 → 75  +50.0 % ▼',
    ]);
  });

  it('wants little of a latency', () => {
    const latency = { name: 'latency', unit: 'ms p99' };
    const [row] = compare([result({ ...latency, figure: 40 })], [result({ ...latency, figure: 30 })]);
    expect(row?.[1]).toBe('40 → 30  −25.0 % ▲');
  });

  it('makes nothing of what is as good as nothing, and of what one of them does not have', () => {
    const [row] = compare([result({})], [result({ figure: 1_004, ratio: 0.6, p99Ms: 50 })]);
    expect(row?.slice(1)).toEqual(['1,000 → 1,004  +0.4 % =', 'sends/s', '–', '–', '50 → 50  +0.0 % =']);
  });

  it('leaves out rows that were not run then', () => {
    expect(compare([result({ name: 'bulk' })], [result({})])).toEqual([]);
  });
});

describe('readEarlier', () => {
  it.each(['{}', '{"rows":7}'])('does not take %s', (text) => {
    expect(() => readEarlier(text)).toThrow('no results of the benchmark');
  });
});
