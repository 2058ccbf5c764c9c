import { describe, expect, it } from '@jest/globals';
import { canMeasure, parseStat, usageOf } from './processes.js';

describe('parseStat', () => {
  it('finds its fields behind a name with blanks and brackets', () => {
    const line =
      '4321 (postgres: a) (b) S 77 4321 4321 0 -1 4194304 9 8 7 6 150 50 300 100 20 0 1 0 999 1 2 3';
    expect(parseStat(line)).toEqual({ parent: 77, cpuSeconds: 2, endedChildrenSeconds: 4 });
  });
});

describe('usageOf', () => {
  it('knows this process, and nothing of one that is gone', () => {
    const gone = 2 ** 30;
    const usage = usageOf([process.pid, gone]);
    expect(usage.get(gone)).toEqual({ cpuSeconds: 0, rssMiB: 0 });
    const own = usage.get(process.pid);
    expect((own?.rssMiB ?? 0) > 10).toBe(canMeasure);
    expect((own?.cpuSeconds ?? 0) > 0).toBe(canMeasure);
  });
});
