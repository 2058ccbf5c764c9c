import { describe, expect, it } from '@jest/globals';
import { InvalidRequest } from '../api/invalid-request.js';
import { NO_FAULTS, readFaultSettings, USUAL_MEASURES } from './fault-rates.js';

describe('readFaultSettings', () => {
  it('takes what is given, and for the rest 0 or what is usual', () => {
    expect(readFaultSettings({ rate429: 0.25, duplicateEvents: 1, slowMs: 50 }, 3)).toEqual({
      ...NO_FAULTS,
      ...USUAL_MEASURES,
      rate429: 0.25,
      duplicateEvents: 1,
      slowMs: 50,
      seed: 3,
    });
    expect(readFaultSettings({ seed: -7, lateBounceMinutes: 0.05 }, 3)).toEqual({
      ...NO_FAULTS,
      ...USUAL_MEASURES,
      lateBounceMinutes: 0.05,
      seed: -7,
    });
  });

  it.each([
    ['rate429', 1.1],
    ['rate429', -0.1],
    ['rate500', '0.5'],
    ['rateReset', null],
    ['slowMs', 120_001],
    ['slowMs', -1],
    ['lateBounceMinutes', 1441],
    ['delayEventsMs', '5'],
    ['resetSeconds', null],
    ['seed', 1.5],
    ['seed', 2 ** 40],
    ['rate418', 0.5],
    ['constructor', 0.5],
  ])('refuses %s: %j', (path, value) => {
    const read = (): unknown => readFaultSettings({ [path]: value, shuffleEvents: 0.5 }, 1);
    expect(read).toThrow(InvalidRequest);
    expect(read).toThrow(new RegExp(`^${path}: `));
  });

  it.each([null, [], 'x', undefined])('refuses a body that is %j', (body) => {
    expect(() => readFaultSettings(body, 1)).toThrow('must be a JSON object');
  });
});
