import { describe, expect, it } from '@jest/globals';
import { Measured } from './measured.js';

const start = 5_000_000;

describe('Measured', () => {
  it('keeps groups and phases apart, and adds phases up where asked to', () => {
    const measured = new Measured();
    measured.record('a', { phase: 'warm-up', due: start }, start + 10_000);
    measured.record('a', { phase: 'load', due: start }, start + 30_000);
    measured.record('b', { phase: 'load', due: start }, start + 90_000);

    const of = (group: string, ...phases: string[]) => measured.latencies(group, phases).summary();
    expect(of('a', 'load')).toMatchObject({ count: 1 });
    expect(of('a', 'load').maxMs).toBeCloseTo(30, 1);
    expect(of('a', 'warm-up', 'load')).toMatchObject({ count: 2 });
    expect(of('c', 'load')).toMatchObject({ count: 0 });
  });

  it('tells how it went from a moment on: second by second, from when to when', () => {
    const measured = new Measured();
    measured.record('a', { phase: 'load', due: start }, start + 400_000);
    measured.record('a', { phase: 'load', due: start }, start + 2_100_000);

    const course = measured.course('a', 'load', start);
    expect(course).toMatchObject({ count: 2, first: 400_000, last: 2_100_000 });
    expect(course.seconds.map(({ count }) => count)).toEqual([1, 0, 1]);
    expect(measured.course('b', 'load', start)).toEqual({ seconds: [], first: 0, last: 0, count: 0 });
  });
});
