import { describe, expect, it } from '@jest/globals';
import type { FloorFigure } from '../../floors/floor.js';
import type { Together } from './calls.js';
import { summariseAccepting, type Outcome } from './summarise.js';

const floor = (count: number): FloorFigure => ({
  ...{ count, seconds: 2, perSecond: count / 2, cpuSeconds: 0.0001, p50Ms: 1, p99Ms: 5 },
});

const own: Together = {
  ...{ count: 600, perSecond: 60, failures: [], course: [] },
  latency: { count: 600, p50Ms: 2, p90Ms: 4, p99Ms: 9, maxMs: 12 },
  span: { seconds: 10, cpu: { gateway: 0.6 }, rss: {} },
};

const outcome = (changes: Partial<Outcome> = {}): Outcome => ({
  ...{ own, floors: [floor(300), floor(100)], missing: [], guestsPerCall: 1 },
  ...{ target: { share: 0.6 }, note: '' },
  ...changes,
});

describe('summariseAccepting', () => {
  it('holds what was accepted against all slices of the floor together', () => {
    const result = summariseAccepting(outcome());
    expect(result).toMatchObject({ figure: 60, floor: 100, ratio: 0.6, met: true, p50Ms: 2, p99Ms: 9 });
    expect(result.cpuSecondsPer1000).toEqual({ all: 10, gateway: 10 });
  });

  it('counts guests, of which a call may have many', () => {
    const target = { perSecond: 12_001 };
    const result = summariseAccepting(outcome({ guestsPerCall: 200, target }));
    expect(result).toMatchObject({ figure: 12_000, floor: 20_000, met: false, target: '≥ 12,001' });
  });

  it.each([
    ['a guest is missing', { missing: ['7'] }, 1],
    ['a call was refused', { own: { ...own, failures: ['1 × 503'] } }, 0],
  ])('is not met where %s', (_what, changes, lost) => {
    expect(summariseAccepting(outcome(changes))).toMatchObject({ met: false, lost });
  });
});
