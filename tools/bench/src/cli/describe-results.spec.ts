import { describe, expect, it } from '@jest/globals';
import { describeResults, toJson, type Named } from './describe-results.js';

const result: Named = {
  name: 'neighbours',
  figure: 30,
  unit: 'ms',
  floor: 25,
  ratio: 1.2,
  target: 'ratio ≤ 1.3',
  met: true,
  lost: 0,
  duplicated: 3,
  p50Ms: 4.25,
  p99Ms: 30,
  notes: ['200 endpoints'],
  details: { columns: ['phase', 'p99 ms'], rows: [['A1', '25.0']] },
};

describe('describeResults', () => {
  it('shows the row in the table, and what it has to say', () => {
    const text = describeResults([result]);
    expect(text).toContain('neighbours\n  - 200 endpoints\n\n  phase  p99 ms\n');
    const line = text.split('\n').find((one) => one.startsWith('neighbours  '));
    expect(line?.split(/ {2,}/)).toEqual('neighbours|30|ms|25|1.20|ratio ≤ 1.3|yes|0|3|4.3|30'.split('|'));
  });

  it('says nothing of nothing', () => {
    expect(describeResults([])).toBe('');
  });
});

describe('toJson', () => {
  it('has every row by its name', () => {
    const json = JSON.parse(toJson([result], new Date(0))) as { at: string; rows: Named[] };
    expect(json.at).toBe('1970-01-01T00:00:00.000Z');
    expect(json.rows).toEqual([result]);
  });
});
