import { describe, expect, it } from '@jest/globals';
import { describePlan } from './describe-plan.js';

describe('describePlan', () => {
  it('tells cores and instances of each process under each load', () => {
    const json = JSON.stringify({
      rows: [{ name: 'pipeline', cpuSecondsPer1000: { all: 1, gateway: 0.3, bench: 0.7 } }],
    });
    const lines = describePlan(json).split('\n');
    expect(lines[0]).toContain('10× 10,000/s');
    expect(lines).toHaveLength(3);
    expect(lines[2]?.split(/ {2,}/)).toEqual([
      'gateway',
      '0.300',
      '0.500 (2)',
      '5 (5)',
      '50 (50)',
      '500 (500)',
    ]);
  });

  it.each([
    ['no such row', { rows: [] }],
    ['a row without costs', { rows: [{ name: 'pipeline' }] }],
  ])('refuses a file with %s', (_what, results) => {
    expect(() => describePlan(JSON.stringify(results))).toThrow('no row "pipeline" with its CPU costs');
  });
});
