import { describe, expect, it } from '@jest/globals';
import { readStatements, summarisePlan, type PlanNode } from './plan-log.js';

const scan = (day: string, loops: number, removed = 0): PlanNode => ({
  'Node Type': 'Index Scan',
  'Relation Name': `deliveries_${day}`,
  'Index Name': `deliveries_${day}_pkey`,
  'Actual Loops': loops,
  'Rows Removed by Filter': removed,
});

const plan: PlanNode = {
  'Node Type': 'Limit',
  'Actual Rows': 51,
  'Actual Loops': 1,
  'Shared Hit Blocks': 60,
  'Shared Read Blocks': 2,
  Plans: [
    { 'Node Type': 'Append', Plans: [scan('20261121', 1, 7), scan('20261120', 1), scan('20261119', 0)] },
  ],
};

const tabbed = (value: object) =>
  JSON.stringify(value, null, 2)
    .split('\n')
    .map((line) => `\t${line}`)
    .join('\n');

const head = (rest: string) => `2026-11-21 23:00:00.000 UTC [2] LOG:  ${rest}`;

describe('readStatements', () => {
  it('finds durations and plans between other lines', () => {
    const query = 'SELECT *\n FROM deliveries';
    const log = [
      head('checkpoint starting: time'),
      head('duration: 0.100 ms  parse <unnamed>: SELECT *'),
      '\t FROM deliveries',
      head('duration: 3.000 ms  bind some_name: SELECT 1'),
      head('duration: 1.250 ms  plan:'),
      tabbed({ 'Query Text': query, Plan: plan }),
      head('duration: 1.500 ms  execute <unnamed>: SELECT 1'),
      head('duration: 0.020 ms  statement: BEGIN'),
      '',
    ].join('\n');

    expect(readStatements(log)).toEqual([
      { kind: 'parse', durationMs: 0.1, query: 'SELECT *\n\t FROM deliveries' },
      { kind: 'bind', durationMs: 3, query: 'SELECT 1' },
      { kind: 'plan', durationMs: 1.25, query, plan },
      { kind: 'execute', durationMs: 1.5, query: 'SELECT 1' },
      { kind: 'statement', durationMs: 0.02, query: 'BEGIN' },
    ]);
  });

  it('leaves out a plan that is not complete', () => {
    expect(readStatements(`${head('duration: 1.250 ms  plan:')}\n\t{\n\t  "Query Text": "SELECT`)).toEqual(
      [],
    );
  });
});

describe('summarisePlan', () => {
  it('says what was scanned, what was pruned, and what it cost', () => {
    expect(summarisePlan(plan)).toBe(
      'Limit < Append < Index Scan; on deliveries_pkey; 2 of 3 scans; 51 rows, 7 read in vain; 62 pages',
    );
  });

  it('points out a scan without an index', () => {
    const whole: PlanNode = {
      'Node Type': 'Seq Scan',
      'Relation Name': 'deliveries_20261121',
      'Actual Loops': 1,
    };
    expect(summarisePlan(whole)).toBe('Seq Scan; on deliveries, no index; 1 of 1 scans; 0 rows; 0 pages');
  });
});
