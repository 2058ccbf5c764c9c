import { describe, expect, it } from '@jest/globals';
import { eventTypes, type EventType } from '@qflow/contracts';
import fc from 'fast-check';
import type { Ending } from './ending.js';
import { standingAfter, type Announcement, type Standing } from './standing.js';

type Outcome = Pick<Ending, 'eventType' | 'outcome' | 'error'>;

const fine = (disableAfter: number | null = 20): Standing => ({
  active: true,
  failures: 0,
  warned: 0,
  disableAfter,
});
const failed: Outcome = { eventType: 'comms.sent', outcome: 'given-up', error: 'answered 500' };
const delivered: Outcome = { eventType: 'comms.sent', outcome: 'delivered', error: null };
const gone: Outcome = { eventType: 'comms.sent', outcome: 'gone', error: 'answered 410' };
const about = (outcome: Outcome, eventType: EventType): Outcome => ({ ...outcome, eventType });
const times = (count: number, outcome: Outcome): Outcome[] => Array.from({ length: count }, () => outcome);
const told = (announce: readonly Announcement[]): [string, number][] =>
  announce.map(({ type, failures }) => [type, failures]);

describe('standingAfter', () => {
  it('is the very same for successes where nothing is to be taken back', () => {
    const before = fine();
    const { standing, announce } = standingAfter(before, times(3, delivered));
    expect([standing === before, announce]).toEqual([true, []]);
  });

  it('warns at 50, 75 and 90 % of the way and disables at its end', () => {
    const { standing, announce } = standingAfter(fine(), times(20, failed));
    expect(told(announce)).toEqual([
      ['endpoint.failing', 10],
      ['endpoint.failing', 15],
      ['endpoint.failing', 18],
      ['endpoint.disabled', 20],
    ]);
    expect(announce.at(-1)).toMatchObject({ disabledReason: 'failures', lastError: 'answered 500' });
    expect(standing).toMatchObject({ active: false, failures: 20 });
  });

  it('warns once more, and no further, of what is never disabled', () => {
    const { standing, announce } = standingAfter(fine(null), times(500, failed));
    expect(told(announce)).toEqual([10, 15, 18, 20].map((failures) => ['endpoint.failing', failures]));
    expect(standing).toMatchObject({ active: true, failures: 500, warned: 100 });
  });

  it('counts failures in a row only', () => {
    const { standing, announce } = standingAfter(fine(), [
      ...times(9, failed),
      delivered,
      ...times(9, failed),
    ]);
    expect([standing.failures, announce]).toEqual([9, []]);
  });

  it('tells that it has recovered at the first success after a warning, once', () => {
    const { standing, announce } = standingAfter(fine(), [...times(12, failed), delivered, delivered]);
    expect(told(announce)).toEqual([
      ['endpoint.failing', 10],
      ['endpoint.recovered', 0],
    ]);
    expect(standing).toEqual(fine());
  });

  it('is disabled at once by an endpoint that is gone, whatever its rules', () => {
    for (const disableAfter of [null, 20]) {
      const { standing, announce } = standingAfter(fine(disableAfter), [gone]);
      expect(announce).toEqual([
        { type: 'endpoint.disabled', failures: 1, lastError: 'answered 410', disabledReason: 'gone' },
      ]);
      expect(standing.active).toBe(false);
    }
  });

  it('leaves what is disabled as it is', () => {
    const disabled = { ...fine(), active: false, failures: 20, warned: 100 };
    const { standing, announce } = standingAfter(disabled, [delivered, failed, gone]);
    expect([standing === disabled, announce]).toEqual([true, []]);
  });

  it('does without warnings where the way is too short for them', () => {
    expect(told(standingAfter(fine(1), [failed]).announce)).toEqual([['endpoint.disabled', 1]]);
    expect(told(standingAfter(fine(2), times(2, failed)).announce)).toEqual([
      ['endpoint.failing', 1],
      ['endpoint.disabled', 2],
    ]);
  });

  it('disables with the next failure where the limit was lowered meanwhile', () => {
    const { announce } = standingAfter({ ...fine(5), failures: 12 }, [failed]);
    expect(told(announce)).toEqual([['endpoint.disabled', 13]]);
  });

  it('takes no warning back for the success of an operational event', () => {
    const operational = about(delivered, 'endpoint.disabled');
    const { standing, announce } = standingAfter(fine(), [...times(10, failed), operational]);
    expect(told(announce)).toEqual([['endpoint.failing', 10]]);
    expect(standing).toMatchObject({ failures: 0, warned: 50 });
    expect(told(standingAfter(standing, [delivered]).announce)).toEqual([['endpoint.recovered', 0]]);
  });
});

const outcome = fc.record({
  eventType: fc.constantFrom(...eventTypes),
  outcome: fc.constantFrom<Ending['outcome'][]>('delivered', 'given-up', 'given-up', 'given-up'),
  error: fc.constant(null),
});
const way = fc.option(fc.integer({ min: 1, max: 25 }));

describe('standingAfter, whatever comes', () => {
  it('does not depend on how outcomes were gathered', () => {
    fc.assert(
      fc.property(way, fc.array(fc.array(outcome)), (disableAfter, batches) => {
        let standing = fine(disableAfter);
        const announce = [];
        for (const batch of batches) {
          const change = standingAfter(standing, batch);
          standing = change.standing;
          announce.push(...change.announce);
        }
        expect({ standing, announce }).toEqual(standingAfter(fine(disableAfter), batches.flat()));
      }),
    );
  });

  it('says no more than its few words on operational events alone: no loop of them can go on', () => {
    const operational = outcome.filter(({ eventType }) => eventType.startsWith('endpoint.'));
    fc.assert(
      fc.property(way, fc.array(operational, { maxLength: 400 }), (disableAfter, outcomes) => {
        expect(standingAfter(fine(disableAfter), outcomes).announce.length).toBeLessThanOrEqual(4);
      }),
    );
  });
});
