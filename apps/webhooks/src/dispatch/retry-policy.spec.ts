import { describe, expect, it } from '@jest/globals';
import { formatNames } from '@qflow/contracts';
import { policyOf, retryDelayMs, scheduleMs } from './retry-policy.js';

const hour = 60 * 60 * 1000;
const qflow = policyOf('qflow', {});
const total = ({ delaysMs }: { delaysMs: readonly number[] }) =>
  delaysMs.reduce((sum, delay) => sum + delay, 0);

describe('the rules of a format', () => {
  it.each([
    ['qflow', 10, 15_000, null],
    ['standard', 10, 15_000, 20],
    ['sendcomms', 10, 5_000, null],
    ['emailflow', 4, 15_000, 20],
  ] as const)('%s: %i attempts of %i ms, disabled after %p', (format, attempts, timeoutMs, disableAfter) => {
    const policy = policyOf(format, {});
    expect(policy.delaysMs).toHaveLength(attempts - 1);
    expect(policy).toMatchObject({ timeoutMs, disableAfter });
  });

  it('qflow: ten attempts over about a day, each wait longer than the one before', () => {
    expect(total(qflow)).toBeGreaterThan(22 * hour);
    expect(total(qflow)).toBeLessThan(26 * hour);
    expect([...qflow.delaysMs].sort((a, b) => a - b)).toEqual(qflow.delaysMs);
  });

  it("give way to the subscription's own, one by one", () => {
    const policy = policyOf('emailflow', { delaysSeconds: [1, 2], disableAfter: null });
    expect(policy).toMatchObject({ delaysMs: [1_000, 2_000], timeoutMs: 15_000, disableAfter: null });
    expect(policyOf('qflow', { timeoutSeconds: 3, delaysSeconds: [] })).toMatchObject({
      delaysMs: [],
      timeoutMs: 3_000,
    });
  });

  it('leave an endpoint that comes back late an hour more than the longest spread', () => {
    for (const format of formatNames) {
      const policy = policyOf(format, {});
      expect(scheduleMs(policy)).toBe(Math.round(total(policy) * 1.1) + hour);
    }
  });
});

describe('a wait', () => {
  it('spreads by a tenth either way', () => {
    expect([0, 0.5, 1].map((random) => retryDelayMs(qflow, 1, 0, random))).toEqual([4_500, 5_000, 5_500]);
  });

  it('is as long as the receiver asks, but never longer than the longest of the schedule', () => {
    expect(retryDelayMs(qflow, 1, 60_000, 0.5)).toBe(60_000);
    expect(retryDelayMs(qflow, 3, 1_000, 0.5)).toBe(120_000);
    expect(retryDelayMs(qflow, 1, 999 * hour, 0.5)).toBe(12 * hour);
  });
});

describe('what is repeated', () => {
  it.each(['qflow', 'sendcomms'] as const)('in %s: no answer, redirects, 408, 425, 429 and 5xx', (format) => {
    const { isRetryable } = policyOf(format, {});
    expect(
      [null, 301, 302, 408, 425, 429, 500, 502, 503, 504, 599].filter((status) => !isRetryable(status)),
    ).toEqual([]);
    expect([400, 401, 403, 404, 410, 413, 422].filter(isRetryable)).toEqual([]);
  });

  it.each(['standard', 'emailflow'] as const)('in %s: everything but 410', (format) => {
    const { isRetryable } = policyOf(format, {});
    expect([null, 301, 400, 401, 404, 429, 500].filter((status) => !isRetryable(status))).toEqual([]);
    expect(isRetryable(410)).toBe(false);
  });
});
