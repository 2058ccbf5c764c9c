import { describe, expect, it } from '@jest/globals';
import { type FaultSettings, NO_FAULTS, USUAL_MEASURES } from './fault-rates.js';
import { Faults } from './faults.js';

const settings = (changes: Partial<FaultSettings>): FaultSettings => ({
  ...NO_FAULTS,
  ...USUAL_MEASURES,
  seed: 1,
  ...changes,
});
const faultsWith = (changes: Partial<FaultSettings>): Faults => {
  const faults = new Faults(99);
  faults.set(settings(changes));
  return faults;
};
const draws = (faults: Faults, count = 200): string[] =>
  Array.from({ length: count }, () => faults.drawSendFault()?.kind ?? 'none');

describe('Faults', () => {
  it('has none to begin with', () => {
    const faults = new Faults(1);
    expect(new Set(draws(faults))).toEqual(new Set(['none']));
    expect([faults.drawDuplicate(), faults.drawDelay(), faults.drawLateBounce()]).toEqual([false, 0, null]);
    expect(faults.current()).toEqual(settings({}));
  });

  it.each([
    ['rateReset', { kind: 'reset-before-accept' }],
    ['rateResetAfterAccept', { kind: 'reset-after-accept' }],
    ['rate500', { kind: 'server-error' }],
    ['rate429', { kind: 'rate-limited', resetSeconds: 7 }],
    ['rateTimeoutBeforeAccept', { kind: 'timeout-before-accept', delayMs: 120_000 }],
    ['rateTimeoutAfterAccept', { kind: 'timeout-after-accept', delayMs: 120_000 }],
    ['rateSlow', { kind: 'slow', delayMs: 30 }],
  ])('always has %s at 1', (rate, fault) => {
    const faults = faultsWith({ [rate]: 1, resetSeconds: 7, slowMs: 30 });
    for (let count = 0; count < 50; count += 1) expect(faults.drawSendFault()).toEqual(fault);
  });

  it('meets the same faults with the same seed, and others with another', () => {
    const sequence = (seed: number): string[] => draws(faultsWith({ rate500: 0.5, seed }));
    expect(sequence(7)).toEqual(sequence(7));
    expect(sequence(7)).not.toEqual(sequence(8));
    expect(new Set(sequence(7))).toEqual(new Set(['none', 'server-error']));
  });

  it('draws for calls what it draws, however many events and posts there are in between', () => {
    const busy = faultsWith({ rate500: 0.5, shuffleEvents: 1, duplicateEvents: 0.5, delayEvents: 0.5 });
    const kinds = Array.from({ length: 200 }, (_, index) => {
      for (let post = 0; post < index % 3; post += 1) busy.maybeShuffle([1, 2, 3]);
      busy.drawDuplicate();
      return busy.drawSendFault()?.kind ?? 'none';
    });
    expect(kinds).toEqual(draws(faultsWith({ rate500: 0.5 })));
  });

  it('holds events back for some time up to the longest', () => {
    const faults = faultsWith({ delayEvents: 1, delayEventsMs: 100 });
    const delays = Array.from({ length: 500 }, () => faults.drawDelay());
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...delays)).toBeLessThanOrEqual(100);
    expect(new Set(delays).size).toBeGreaterThan(50);
  });

  it('lets delivered copies bounce after the time that was set', () => {
    expect(faultsWith({ lateBounces: 1, lateBounceMinutes: 0.5 }).drawLateBounce()).toBe(0.5);
  });

  it('shuffles without losing anything', () => {
    const faults = new Faults(1);
    const ordered = Array.from({ length: 50 }, (_, index) => index);
    const events = [...ordered];
    faults.maybeShuffle(events);
    expect(events).toEqual(ordered);
    faults.set(settings({ shuffleEvents: 1 }));
    faults.maybeShuffle(events);
    expect(events).not.toEqual(ordered);
    expect([...events].sort((a, b) => a - b)).toEqual(ordered);
  });

  it('works again after clearing, and keeps its seed', () => {
    const faults = faultsWith({ rate500: 1, duplicateEvents: 1, slowMs: 1, seed: 5 });
    expect(faults.drawDuplicate()).toBe(true);
    faults.clear();
    expect(faults.current()).toEqual(settings({ seed: 5 }));
    expect(faults.drawSendFault()).toBeNull();
  });

  it('is as at the start after a reset', () => {
    const faults = faultsWith({ rate500: 0.5, seed: 5 });
    draws(faults);
    faults.reset();
    expect(faults.current()).toEqual(settings({ seed: 99 }));
  });
});
