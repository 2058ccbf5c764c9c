import { describe, expect, it } from '@jest/globals';
import { parseRetryAfterMs } from './retry-after.js';

describe('parseRetryAfterMs', () => {
  const now = Date.parse('2026-04-29T10:23:00Z');

  it.each([
    ['120', 120_000],
    [' 5 ', 5_000],
    ['0', 0],
    ['86400', 86_400_000],
    ['Wed, 29 Apr 2026 10:24:00 GMT', 60_000],
    [['30', '60'], 30_000],
  ])('reads %p as %p ms', (header, ms) => {
    expect(parseRetryAfterMs(header, now)).toBe(ms);
  });

  it.each(
    [
      undefined,
      '',
      ' ',
      'soon',
      '-5',
      '+5',
      '1e9',
      '1.5',
      '0x10',
      '5s',
      '5, 10',
      '٥',
      'Infinity',
      'NaN',
      // Longer than any schedule: a mistake of theirs.
      '999999999999',
      '99999999999999999999999999',
      // Over.
      'Wed, 29 Apr 2026 10:00:00 GMT',
      'Wed, 29 Apr 2026 10:23:00 GMT',
      // A date all right, and not the one that may be sent.
      '2026-04-29T10:24:00Z',
      'Wed Apr 29 10:24:00 2026',
      'Wednesday, 29-Apr-26 10:24:00 GMT',
      'Wed, 29 Apr 2026 12:24:00 +0200',
      'Thu, 29 Apr 2026 10:24:00 GMT',
      'Fri, 31 Apr 2026 10:24:00 GMT',
      '29 Apr 2026',
    ].map((header) => [header]),
  )('takes %p for nothing', (header) => {
    expect(parseRetryAfterMs(header, now)).toBe(0);
  });
});
