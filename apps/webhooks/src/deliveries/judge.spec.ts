import { describe, expect, it } from '@jest/globals';
import type { FormatName } from '@qflow/contracts';
import { policyOf } from '../dispatch/retry-policy.js';
import { judge, type Judged } from './judge.js';

const minute = 60_000;
const hour = 60 * minute;

interface Case {
  format?: FormatName;
  attempts?: number;
  statusCode?: number | null;
  retryAfterMs?: number;
  expiresAt?: number;
  failing?: boolean;
}

/** At time 0 and in the middle of the jitter. */
const judged = ({
  format = 'qflow',
  attempts = 0,
  statusCode = 500,
  retryAfterMs = 0,
  expiresAt = 24 * hour,
  failing = false,
}: Case) => {
  const given: Judged = {
    delivery: { attempts, expiresAt },
    result: { delivered: statusCode === 204, statusCode, retryAfterMs },
    policy: policyOf(format, {}),
    failing,
    now: 0,
  };
  return judge(given, 0.5);
};

describe('the verdict on an attempt', () => {
  it('is over with a 2xx, whatever attempt it was', () => {
    const over = { status: 'delivered', waitMs: null, paced: false };
    expect([judged({ statusCode: 204 }), judged({ statusCode: 204, attempts: 9, expiresAt: -1 })]).toEqual([
      over,
      over,
    ]);
  });

  it.each<[FormatName, number, string]>([
    ['qflow', 400, 'failed'],
    ['qflow', 410, 'failed'],
    ['qflow', 429, 'retrying'],
    ['qflow', 503, 'retrying'],
    ['sendcomms', 404, 'failed'],
    ['sendcomms', 500, 'retrying'],
    ['standard', 400, 'retrying'],
    ['standard', 302, 'retrying'],
    ['standard', 410, 'failed'],
    ['emailflow', 404, 'retrying'],
    ['emailflow', 410, 'failed'],
  ])('in format %s, after %i, is %s', (format, statusCode, status) => {
    expect(judged({ format, statusCode })).toMatchObject({ status });
  });

  it.each<[FormatName, number[]]>([
    ['qflow', [5_000, 30_000, 2 * minute, 10 * minute, 30 * minute, hour, 3 * hour, 7 * hour, 12 * hour]],
    ['emailflow', [30_000, 5 * minute, 30 * minute]],
  ])('in format %s waits as its schedule says, and then is dead', (format, waits) => {
    const verdicts = [...waits, null].map((_, attempts) => judged({ format, attempts, statusCode: null }));
    expect(verdicts.map(({ waitMs }) => waitMs)).toEqual([...waits, null]);
    expect(verdicts.at(-1)?.status).toBe('dead');
  });

  it('waits as long as the receiver asks, but not beyond the schedule', () => {
    expect(judged({ retryAfterMs: 2 * minute }).waitMs).toBe(2 * minute);
    expect(judged({ retryAfterMs: 900 * hour }).waitMs).toBe(12 * hour);
    expect(judged({ retryAfterMs: 900 * hour, expiresAt: hour }).waitMs).toBe(hour);
  });

  it('is dead where the schedule is over, however few attempts were made', () => {
    expect(judged({ attempts: 2, expiresAt: 0 })).toMatchObject({ status: 'dead', waitMs: null });
  });

  it('has retries of an endpoint that fails again and again paced', () => {
    expect([judged({}).paced, judged({ failing: true }).paced]).toEqual([false, true]);
  });
});
