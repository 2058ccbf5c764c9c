import { describe, expect, it } from '@jest/globals';
import { pauseOf } from './pause-of.js';

const now = Date.UTC(2026, 0, 1, 12, 0, 0);
const unix = now / 1000;

describe('the pause that an answer asks for', () => {
  it.each([
    ['a unix time', { 'x-ratelimit-reset': `${unix + 7}` }, 7_000],
    ['seconds from now', { 'x-ratelimit-reset': '30' }, 30_000],
    ['a time in the past', { 'x-ratelimit-reset': `${unix - 60}` }, 1_000],
    ['this moment', { 'x-ratelimit-reset': `${unix}` }, 1_000],
    ['no seconds', { 'x-ratelimit-reset': '0' }, 1_000],
    ['a time far away', { 'x-ratelimit-reset': `${unix + 86_400}` }, 600_000],
    ['one header twice', { 'x-ratelimit-reset': [`${unix + 5}`, `${unix + 9}`] }, 5_000],
    ['Retry-After in seconds', { 'retry-after': '12' }, 12_000],
    ['Retry-After as a date', { 'retry-after': new Date(now + 20_000).toUTCString() }, 20_000],
    ['Retry-After in the past', { 'retry-after': new Date(now - 20_000).toUTCString() }, 1_000],
    ['both: the later', { 'x-ratelimit-reset': `${unix + 3}`, 'retry-after': '8' }, 8_000],
    ['one that makes sense', { 'x-ratelimit-reset': 'soon', 'retry-after': '8' }, 8_000],
  ])('%s', (_, headers, pause) => {
    expect(pauseOf(headers, now)).toBe(pause);
  });

  it.each([
    {},
    { 'x-ratelimit-reset': '' },
    { 'x-ratelimit-reset': 'soon' },
    { 'x-ratelimit-reset': '-5' },
    { 'x-ratelimit-reset': 'Infinity' },
    { 'x-ratelimit-reset': '1e99' },
    { 'retry-after': 'never' },
  ])('%j does not say', (headers) => {
    expect(pauseOf(headers, now)).toBeUndefined();
  });

  it('is told by the clock of whoever answers, where it shows it', () => {
    const headers = {
      date: new Date(now - 3_600_000).toUTCString(),
      'x-ratelimit-reset': `${unix - 3_600 + 9}`,
    };
    expect(pauseOf(headers, now)).toBe(9_000);
  });
});
