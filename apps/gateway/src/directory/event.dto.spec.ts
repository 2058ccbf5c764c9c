import { describe, expect, it } from '@jest/globals';
import { checkEvent } from './event.dto.js';
import { checkGuest } from './guest.dto.js';

const event = { title: 'Gala', timeZoneId: 'Europe/London' };

describe('checkEvent', () => {
  it.each([
    ['2026-06-21T19:30', '2026-06-21T19:30'],
    ['2026-06-21T19:30:00', '2026-06-21T19:30'],
    ['2026-06-21T19:30', '2027-01-01T00:00:01'],
  ])('takes %s to %s', (startTime, endTime) => {
    expect(checkEvent({ ...event, startTime, endTime })).toEqual([]);
  });

  it.each([
    ['2026-06-21T19:30', '2026-06-21T19:29:59'],
    ['2026-06-21T19:30:01', '2026-06-21T19:30'],
  ])('refuses %s to %s', (startTime, endTime) => {
    expect(checkEvent({ ...event, startTime, endTime })).toEqual([
      { path: '/endTime', message: 'must not be before startTime' },
    ]);
  });
});

describe('checkGuest', () => {
  it('compares instants, not texts', () => {
    const validFrom = '2026-06-21T12:00:00+02:00';
    expect(checkGuest({ validFrom, validTo: '2026-06-21T10:00:00Z' })).toEqual([]);
    expect(checkGuest({ validFrom, validTo: '2026-06-21T09:59:59Z' })).toHaveLength(1);
  });
});
