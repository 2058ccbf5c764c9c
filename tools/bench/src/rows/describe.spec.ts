import { describe, expect, it } from '@jest/globals';
import { costOf, describeCost } from './describe.js';

const span = {
  seconds: 10,
  cpu: { sender: 0.5, postgres: 0.25, floor: 0.9 },
  rss: { sender: { first: 100, max: 150, last: 120 }, floor: { first: 1, max: 2, last: 1 } },
};

describe('costOf', () => {
  it('is CPU seconds per 1,000 and the most memory, by process, without what only stood beside', () => {
    expect(costOf(span, 5_000)).toEqual({
      cpuSecondsPer1000: { all: 1.5, sender: 1, postgres: 0.5 },
      rssMiB: { sender: 150 },
    });
  });

  it('says nothing where the system does not tell', () => {
    const silent = { ...span, cpu: { sender: 0, postgres: 0 } };
    expect(costOf(silent, 5_000)).toEqual({});
    expect(describeCost(silent, 5_000, 'send')).toEqual([]);
  });
});

describe('describeCost', () => {
  it('tells what one of them costs', () => {
    expect(describeCost(span, 5_000, 'send')).toEqual([
      'CPU ms per send: all 1.50, sender 1.00, postgres 0.50',
    ]);
    expect(describeCost(span, 500_000, 'event')).toEqual([
      'CPU ms per event: all 0.015, sender 0.010, postgres 0.005',
    ]);
  });
});
