import { describe, expect, it } from '@jest/globals';
import { NO_FAULTS } from './fault-rates.js';
import { Faults } from './faults.js';

const draws = (faults: Faults, count = 200): string[] =>
  Array.from({ length: count }, () => faults.drawSendFault());

describe('Faults', () => {
  it('has none to begin with', () => {
    const faults = new Faults(1);
    expect(new Set(draws(faults))).toEqual(new Set(['none']));
    expect(faults.drawDuplicate()).toBe(false);
    expect(faults.current()).toEqual({ ...NO_FAULTS, seed: 1 });
  });

  it.each([
    ['rateReset', 'reset'],
    ['rate500', 'server-error'],
    ['rate429', 'rate-limited'],
    ['rateTimeoutAfterAccept', 'timeout-after-accept'],
  ])('always has %s at 1', (rate, fault) => {
    const faults = new Faults(1);
    faults.set({ ...NO_FAULTS, [rate]: 1, seed: 1 });
    expect(new Set(draws(faults))).toEqual(new Set([fault]));
  });

  it('meets the same faults with the same seed, and others with another', () => {
    const sequence = (seed: number): string[] => {
      const faults = new Faults(99);
      faults.set({ ...NO_FAULTS, rate500: 0.5, seed });
      return draws(faults);
    };
    expect(sequence(7)).toEqual(sequence(7));
    expect(sequence(7)).not.toEqual(sequence(8));
    expect(new Set(sequence(7))).toEqual(new Set(['none', 'server-error']));
  });

  it('shuffles without losing anything', () => {
    const faults = new Faults(1);
    const ordered = Array.from({ length: 50 }, (_, index) => index);
    const events = [...ordered];
    faults.maybeShuffle(events);
    expect(events).toEqual(ordered);
    faults.set({ ...NO_FAULTS, shuffleEvents: 1, seed: 1 });
    faults.maybeShuffle(events);
    expect(events).not.toEqual(ordered);
    expect([...events].sort((a, b) => a - b)).toEqual(ordered);
  });

  it('works again after clearing, and keeps its seed', () => {
    const faults = new Faults(1);
    faults.set({ ...NO_FAULTS, rate500: 1, duplicateEvents: 1, seed: 5 });
    expect(faults.drawDuplicate()).toBe(true);
    faults.clear();
    expect(faults.current()).toEqual({ ...NO_FAULTS, seed: 5 });
    expect(faults.drawSendFault()).toBe('none');
  });
});
