import { describe, expect, it } from '@jest/globals';
import {
  isRetryable,
  parseRetryAfterMs,
  qflowMaxAttempts,
  qflowRetryDelaysMs,
  retryDelayMs,
} from './retry-policy.js';

const hour = 60 * 60 * 1000;

describe('the qflow schedule', () => {
  it('is ten attempts over about a day, each wait longer than the one before', () => {
    const total = qflowRetryDelaysMs.reduce((sum, delay) => sum + delay, 0);
    expect(qflowMaxAttempts).toBe(10);
    expect(total).toBeGreaterThan(22 * hour);
    expect(total).toBeLessThan(26 * hour);
    expect([...qflowRetryDelaysMs].sort((a, b) => a - b)).toEqual(qflowRetryDelaysMs);
  });

  it('spreads by a tenth either way', () => {
    expect([retryDelayMs(1, 0, 0), retryDelayMs(1, 0, 0.5), retryDelayMs(1, 0, 1)]).toEqual([
      4_500, 5_000, 5_500,
    ]);
  });

  it('waits as long as the receiver asks, but never longer than its own longest wait', () => {
    expect(retryDelayMs(1, 60_000, 0.5)).toBe(60_000);
    expect(retryDelayMs(3, 1_000, 0.5)).toBe(120_000);
    expect(retryDelayMs(1, 999 * hour, 0.5)).toBe(12 * hour);
  });
});

describe('isRetryable', () => {
  it.each([null, 301, 302, 408, 425, 429, 500, 502, 503, 504, 599])('repeats after %p', (status) => {
    expect(isRetryable(status)).toBe(true);
  });
  it.each([400, 401, 403, 404, 410, 413, 422])('does not repeat after %i', (status) => {
    expect(isRetryable(status)).toBe(false);
  });
});

describe('parseRetryAfterMs', () => {
  const now = Date.parse('2026-04-29T10:23:00Z');
  it.each([
    ['120', 120_000],
    ['Wed, 29 Apr 2026 10:24:00 GMT', 60_000],
    ['Wed, 29 Apr 2026 10:00:00 GMT', 0],
    ['soon', 0],
    ['-5', 0],
    ['', 0],
    [undefined, 0],
  ])('reads %p as %p ms', (header, ms) => {
    expect(parseRetryAfterMs(header, now)).toBe(ms);
  });
});
