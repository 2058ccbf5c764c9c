import { describe, expect, it } from '@jest/globals';
import { policyOf, scheduleMs } from '../../dispatch/retry-policy.js';
import { checkRetry } from './check-retry.js';

const day = 24 * 60 * 60;
const flawsOf = (retry: object) => checkRetry(retry);

describe('the retry rules of a subscription', () => {
  it.each([
    {},
    { delaysSeconds: [] },
    { delaysSeconds: Array<number>(20).fill(1) },
    { delaysSeconds: Array<number>(7).fill(day) },
    { timeoutSeconds: 1 },
    { timeoutSeconds: 20, disableAfter: null },
    { disableAfter: 1_000, delaysSeconds: undefined },
  ])('may be %j', (retry) => expect(flawsOf(retry)).toEqual([]));

  it.each([
    [{ delaysSeconds: 5 }, '/retry/delaysSeconds', 'must be a list of up to 20 waits in seconds'],
    [{ delaysSeconds: null }, '/retry/delaysSeconds', 'must be a list of up to 20 waits in seconds'],
    [
      { delaysSeconds: Array<number>(21).fill(1) },
      '/retry/delaysSeconds',
      'must be a list of up to 20 waits in seconds',
    ],
    [{ delaysSeconds: [1, 0] }, '/retry/delaysSeconds/1', 'must be a whole number from 1 to 86400'],
    [{ delaysSeconds: [day + 1] }, '/retry/delaysSeconds/0', 'must be a whole number from 1 to 86400'],
    [{ delaysSeconds: [1.5] }, '/retry/delaysSeconds/0', 'must be a whole number from 1 to 86400'],
    [{ delaysSeconds: ['5'] }, '/retry/delaysSeconds/0', 'must be a whole number from 1 to 86400'],
    [{ delaysSeconds: [NaN] }, '/retry/delaysSeconds/0', 'must be a whole number from 1 to 86400'],
    [
      { delaysSeconds: [...Array<number>(7).fill(day), 1] },
      '/retry/delaysSeconds',
      'must not add up to more than 604800 seconds (7 days)',
    ],
    [{ timeoutSeconds: 21 }, '/retry/timeoutSeconds', 'must be a whole number from 1 to 20'],
    [{ timeoutSeconds: 0 }, '/retry/timeoutSeconds', 'must be a whole number from 1 to 20'],
    [{ timeoutSeconds: null }, '/retry/timeoutSeconds', 'must be a whole number from 1 to 20'],
    [
      { disableAfter: 0 },
      '/retry/disableAfter',
      'must be a whole number from 1 to 1000, or null to never disable the webhook',
    ],
    [
      { delays: [1] },
      '/retry/delays',
      'is not a retry rule: there are delaysSeconds, timeoutSeconds, disableAfter',
    ],
    [
      { constructor: 1 },
      '/retry/constructor',
      'is not a retry rule: there are delaysSeconds, timeoutSeconds, disableAfter',
    ],
    [[], '/retry', 'must be an object'],
  ])('are refused as %j', (retry, path, message) => expect(flawsOf(retry)).toEqual([{ path, message }]));

  it('end before the log does, whatever they are', () => {
    const longest = policyOf('standard', { delaysSeconds: Array<number>(7).fill(day) });
    expect(scheduleMs(longest)).toBeLessThan(30 * day * 1_000);
  });
});
