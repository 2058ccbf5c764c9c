import { describe, expect, it } from '@jest/globals';
import { formatDate, formatTime } from './event-time.js';

describe('event times', () => {
  it.each([
    ['2026-04-29T18:30:00', '29 April 2026', '18:30'],
    ['2026-04-29T18:30', '29 April 2026', '18:30'],
    ['2026-01-05T00:00:00.000', '05 January 2026', '00:00'],
    ['2026-12-31 23:59:59', '31 December 2026', '23:59'],
  ])('formats %s', (local, date, time) => {
    expect([formatDate(local), formatTime(local)]).toEqual([date, time]);
  });

  it.each([
    // Clocks in Berlin go from 02:00 to 03:00 on 29 March 2026 and from 03:00 to 02:00 on 25 October 2026.
    ['2026-03-29T02:30:00', '29 March 2026', '02:30'],
    ['2026-03-29T03:00:00', '29 March 2026', '03:00'],
    ['2026-10-25T02:30:00', '25 October 2026', '02:30'],
    // Lord Howe Island changes by half an hour, Samoa left out 30 December 2011 altogether.
    ['2026-10-04T02:15:00', '04 October 2026', '02:15'],
    ['2011-12-30T12:00:00', '30 December 2011', '12:00'],
  ])('shows %s as it was entered, whatever the clocks did that night', (local, date, time) => {
    expect([formatDate(local), formatTime(local)]).toEqual([date, time]);
  });

  it('does not depend on the zone of the process', () => {
    const zone = process.env['TZ'];
    try {
      for (const other of ['UTC', 'Pacific/Kiritimati', 'America/Los_Angeles', 'Europe/Berlin']) {
        process.env['TZ'] = other;
        expect(formatDate('2026-03-29T02:30:00')).toBe('29 March 2026');
        expect(formatTime('2026-03-29T02:30:00')).toBe('02:30');
      }
    } finally {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }
  });

  it.each([
    '',
    'tomorrow',
    '2026-13-01T10:00',
    '2026-04-29',
    '2026-04-29T10:00Z',
    '29/04/2026 10:00',
    7,
    null,
  ])('shows nothing for %j', (wrong) => {
    expect(formatDate(wrong)).toBe('');
  });
});
