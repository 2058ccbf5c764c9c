import { describe, expect, it } from '@jest/globals';
import type { Second } from '../../measure/timeline.js';
import { backlogOf } from './backlog.js';

const course = (seconds: number, perSecond: (second: number) => number): Second[] =>
  Array.from({ length: seconds }, (_, second) => ({
    ...{ second, count: perSecond(second), p50Ms: 1, p99Ms: 1, maxMs: 1 },
  }));

describe('backlogOf', () => {
  const accepted = course(60, () => 1_000);

  it('is what was accepted and not told yet, and does not grow where both go at the same speed', () => {
    const told = course(61, (second) => (second === 0 ? 900 : second === 60 ? 100 : 1_000));
    expect(backlogOf(accepted, told, 60)).toEqual({ third: 100, twoThirds: 100, end: 100, grows: false });
  });

  it('grows where the telling is slower than the accepting', () => {
    const told = course(70, () => 980);
    expect(backlogOf(accepted, told, 60)).toEqual({ third: 400, twoThirds: 800, end: 1_200, grows: true });
  });

  it('does not grow where a hump is worked off', () => {
    const told = course(60, (second) => (second === 10 ? 0 : second === 30 ? 2_000 : 1_000));
    expect(backlogOf(accepted, told, 60)).toMatchObject({ third: 1_000, end: 0, grows: false });
  });
});
