import { describe, expect, it } from '@jest/globals';
import { describeResults } from './describe-results.js';
import type { Named } from './named.js';
import { toJson } from './to-json.js';

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

  it('shows what was used, a column per process, where it is known', () => {
    const used = { cpuSecondsPer1000: { all: 1.5, sender: 0.02 }, rssMiB: { sender: 151.4 } };
    const other = { ...result, name: 'start' };
    const lines = describeResults([other, { ...result, ...used, name: 'pipeline' }]).split('\n');
    const below = (title: string) => lines.slice(lines.findIndex((line) => line.startsWith(title)) + 2);
    expect(below('CPU seconds per 1,000')[0]?.split(/ +/)).toEqual(['row', 'all', 'sender']);
    expect(below('CPU seconds per 1,000')[2]?.split(/ +/)).toEqual(['pipeline', '1.500', '0.0200']);
    expect(below('MiB resident')[2]?.split(/ +/)).toEqual(['pipeline', '151']);
  });

  it('says nothing of nothing', () => {
    expect(describeResults([])).toBe('');
  });
});

describe('toJson', () => {
  it('has every row by its name, with every key', () => {
    const { floor: _none, ...rest } = result;
    const bare: Named = { ...rest, charts: [] };
    const json = JSON.parse(toJson([result, bare], new Date(0))) as { at: string; rows: Named[] };
    expect(json.at).toBe('1970-01-01T00:00:00.000Z');
    expect(json.rows[0]).toEqual({ ...result, wrong: 0, cpuSecondsPer1000: {}, rssMiB: {} });
    expect(json.rows[1]).toMatchObject({ name: 'neighbours', floor: null });
    expect(Object.keys(json.rows[1] ?? {})).toEqual(Object.keys(json.rows[0] ?? {}));
  });
});
