import { describe, expect, it } from '@jest/globals';
import { whenOf } from './event-times.js';

describe('whenOf', () => {
  it.each([
    ['2036-06-21T19:30:00', '2036-06-21T23:00:00', ['Saturday 21 June 2036', '19:30 – 23:00']],
    ['2036-06-21T19:30:00', '2036-06-21T19:30:59', ['Saturday 21 June 2036', '19:30']],
    [
      '2036-06-21T19:30:00',
      '2036-06-22T02:00:00',
      ['Saturday 21 June 2036, 19:30 –', 'Sunday 22 June 2036, 02:00'],
    ],
    // A time that clocks skip that night stays what the organiser wrote.
    ['2036-03-30T01:30:00', '2036-03-30T02:30:00', ['Sunday 30 March 2036', '01:30 – 02:30']],
  ])('shows %s to %s as %s', (startTime, endTime, lines) => {
    expect(whenOf({ startTime, endTime })).toEqual(lines);
  });
});
