import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { HeldEvents } from './held-events.js';

describe('HeldEvents', () => {
  const released: string[][] = [];
  let held: HeldEvents<string>;

  beforeEach(() => {
    jest.useFakeTimers({ now: 0 });
    released.length = 0;
    held = new HeldEvents((items) => released.push(items));
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('releases everything at its time, in the order of the times', () => {
    held.hold('c', 300, 1);
    held.hold('a', 100, 1);
    held.hold('b', 200, 1);
    held.hold('a2', 100, 1);
    jest.advanceTimersByTime(99);
    expect(released).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(released).toEqual([['a', 'a2']]);
    jest.advanceTimersByTime(200);
    expect(released).toEqual([['a', 'a2'], ['b'], ['c']]);
    expect([held.size, held.bytes, jest.getTimerCount()]).toEqual([0, 0, 0]);
  });

  it('waits longer than a timer can', () => {
    const month = 30 * 24 * 3600 * 1000;
    held.hold('late', month, 1);
    jest.advanceTimersByTime(month - 1);
    expect(released).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(released).toEqual([['late']]);
  });

  it('knows how much it holds', () => {
    held.hold('a', 100, 10);
    held.hold('b', 200, 20);
    expect([held.size, held.bytes]).toEqual([2, 30]);
    jest.advanceTimersByTime(100);
    expect([held.size, held.bytes]).toEqual([1, 20]);
  });

  it('forgets all of it when it is dropped, and goes on', () => {
    held.hold('a', 100, 10);
    expect(held.drop()).toBe(1);
    expect([held.bytes, jest.getTimerCount()]).toEqual([0, 0]);
    held.hold('b', 200, 10);
    jest.advanceTimersByTime(200);
    expect(released).toEqual([['b']]);
  });

  it('takes nothing in once it is closed', () => {
    held.hold('a', 100, 10);
    expect(held.close()).toBe(1);
    held.hold('b', 100, 10);
    expect([held.size, jest.getTimerCount()]).toEqual([0, 0]);
  });
});
