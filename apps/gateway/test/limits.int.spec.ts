import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { RunningService } from '@qflow/service';
import { DataSource } from 'typeorm';
import { RateLimits } from '../src/limits/rate-limits.js';
import { startGateway, TestGateway, type Answer, type TestUser } from './support/test-gateway.js';

let gateway: TestGateway;
let other: RunningService;

beforeAll(async () => {
  gateway = await TestGateway.start({
    RATE_LIMIT_GUEST: '40',
    RATE_LIMIT_SEND: '5',
    RATE_LIMIT_OTHER: '60',
  });
  other = await startGateway(gateway.config);
});
afterAll(async () => {
  await other.close();
  await gateway.stop();
});

const get = (user: TestUser, url = gateway.service.url): Promise<Answer> =>
  gateway.call('GET', '/api/comms/webhook', { url, token: user.token });

const times = <T>(count: number, what: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => what(index)));

const refused = (answers: readonly Answer[]): number => answers.filter(({ status }) => status === 429).length;

/** How the account stands, by the counter itself. */
async function used(user: TestUser, kind: string): Promise<number | undefined> {
  const [row] = await gateway.sql<{ used: number }>(
    'SELECT used FROM rate_counters WHERE account_id = $1 AND kind = $2',
    [user.accountId, kind],
  );
  return row?.used;
}

const endWindow = (user: TestUser): Promise<unknown> =>
  gateway.sql(`UPDATE rate_counters SET window_ends = now() WHERE account_id = $1`, [user.accountId]);

describe('a budget', () => {
  it('is told on every answer, whatever its status', async () => {
    const user = await gateway.user();
    const first = await get(user);
    expect(first.status).toBe(404);
    expect(first.headers.get('ratelimit-policy')).toBe('"other";q=60;w=60');
    expect(first.headers.get('ratelimit')).toBe('"other";r=59;t=60');
    const second = await gateway.call('POST', '/api/guest', { token: user.token, body: {} });
    expect(second.status).toBe(400);
    expect(second.headers.get('ratelimit')).toBe('"guest";r=39;t=60');
  });

  it('is exact across replicas, also for calls that come at once', async () => {
    const user = await gateway.user();
    const urls = [gateway.service.url, other.url];
    const answers = await times(200, (index) => get(user, urls[index % 2]));
    expect(refused(answers)).toBe(140);
    expect(await used(user, 'other')).toBe(60);
  });

  it('refuses with a problem that says when to come back', async () => {
    const user = await gateway.user();
    await times(60, () => get(user));
    const { status, body, headers } = await get(user);
    const seconds = Number(headers.get('retry-after'));
    expect([status, body.code]).toEqual([429, 'rate_limit']);
    expect(seconds).toBeGreaterThan(50);
    expect(seconds).toBeLessThanOrEqual(60);
    expect(headers.get('ratelimit')).toBe(`"other";r=0;t=${seconds}`);
    expect(headers.get('ratelimit-policy')).toBe('"other";q=60;w=60');
    expect(body.detail).toBe(`The 60 calls a minute of this account are spent. Try again in ${seconds} s.`);
  });

  it('is whole again in the next window', async () => {
    const user = await gateway.user();
    await times(61, () => get(user));
    await endWindow(user);
    expect((await get(user, other.url)).headers.get('ratelimit')).toBe('"other";r=59;t=60');
  });

  it('once spent is refused without a question to the database', async () => {
    const user = await gateway.user();
    await times(61, () => get(user));
    const query = jest.spyOn(gateway.get(DataSource), 'query');
    const asked = () => query.mock.calls.filter(([text]) => String(text).includes('count_calls')).length;
    expect(refused(await times(50, () => get(user)))).toBe(50);
    expect(asked()).toBe(0);
    query.mockRestore();
    expect(await used(user, 'other')).toBe(60);
  });

  it('belongs to one account', async () => {
    const [busy, quiet] = [await gateway.user(), await gateway.user()];
    await times(61, () => get(busy));
    expect((await get(quiet)).status).toBe(404);
  });

  it('of one kind that is spent leaves the others as they are', async () => {
    const user = await gateway.user();
    await times(61, () => get(user));
    const guest = await gateway.call('POST', '/api/guest', { token: user.token, body: {} });
    expect([guest.status, guest.headers.get('ratelimit')]).toEqual([400, '"guest";r=39;t=60']);
  });

  it('is not touched by requests without a token of the account', async () => {
    const user = await gateway.user();
    await gateway.call('GET', '/api/comms/webhook', { token: `${user.token}x` });
    await gateway.call('GET', '/api/comms/webhook');
    expect(await used(user, 'other')).toBeUndefined();
  });

  it('shares one statement between calls that come together', async () => {
    const limits = gateway.get(RateLimits);
    const query = jest.spyOn(gateway.get(DataSource), 'query');
    const standings = await times(64, async () =>
      limits.spend({ accountId: randomUUID(), kind: 'other', budget: 5, cost: 1 }),
    );
    expect(standings.every(({ allowed, left }) => allowed && left === 4)).toBe(true);
    expect(query).toHaveBeenCalledTimes(1);
    query.mockRestore();
  });
});

describe('a database that is away', () => {
  it('is a 503: what cannot be counted is not carried out', async () => {
    const user = await gateway.user();
    const query = jest
      .spyOn(gateway.get(DataSource), 'query')
      .mockRejectedValue(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }));
    const { status, body, headers } = await get(user);
    query.mockRestore();
    expect([status, body.code, headers.get('retry-after')]).toEqual([503, 'unavailable', '2']);
  });
});

describe('what draws on which budget', () => {
  const cases: [string, string, string][] = [
    ['POST', '/api/guest', 'guest'],
    ['POST', '/checkin/v1/api/guest', 'guest'],
    ['POST', '/api/comms/send', 'send'],
    ['POST', '/comms/v1/api/comms/send', 'send'],
    ['POST', '/api/event', 'other'],
    ['GET', `/api/guest/${randomUUID()}`, 'other'],
    ['GET', `/api/comms/send/${randomUUID()}`, 'other'],
    ['POST', '/api/comms/template', 'other'],
  ];
  it.each(cases)('%s %s: %s', async (method, path, kind) => {
    const user = await gateway.user();
    const body = method === 'POST' ? { body: {} } : {};
    const { headers } = await gateway.call(method, path, { token: user.token, ...body });
    expect(headers.get('ratelimit-policy')).toMatch(new RegExp(`^"${kind}";`));
  });
});

describe('a bulk call', () => {
  const bulk = (user: TestUser, path: string, count: number): Promise<Answer> =>
    gateway.call('POST', path, { token: user.token, body: Array.from({ length: count }, () => ({})) });

  it('counts its items', async () => {
    const user = await gateway.user();
    const path = `/api/guests/${await gateway.event(user)}`;
    const { headers } = await bulk(user, path, 25);
    expect(headers.get('ratelimit')).toBe('"guest";r=15;t=60');
  });

  it('that does not fit is refused whole, and smaller ones still fit', async () => {
    const user = await gateway.user();
    const path = `/api/guests/${await gateway.event(user)}`;
    await bulk(user, path, 25);
    const { status, body } = await bulk(user, path, 16);
    expect(status).toBe(429);
    expect(body.detail).toMatch(
      /^16 items do not fit: 15 of 40 guests a minute are left, and none was counted\./,
    );
    expect(await used(user, 'guest')).toBe(25);
    expect((await bulk(user, path, 15)).status).not.toBe(429);
    expect(await used(user, 'guest')).toBe(40);
  });

  it('larger than the whole budget is told so', async () => {
    const user = await gateway.user();
    const { status, body } = await bulk(user, '/api/comms/sends', 6);
    expect(status).toBe(429);
    expect(body.detail).toBe(
      'These 6 items are more than the 5 sends a minute of this account. Send fewer at once.',
    );
    expect(await used(user, 'send')).toBeUndefined();
  });

  it('of more items than there may be is malformed, and costs like one call', async () => {
    const user = await gateway.user();
    const { status } = await bulk(user, '/api/comms/sends', 201);
    expect(status).toBe(400);
    expect(await used(user, 'send')).toBe(1);
  });

  it('and single calls at once, on two replicas, never exceed the budget', async () => {
    const limits = [gateway.get(RateLimits), other.app.get(RateLimits)];
    const accountId = randomUUID();
    const costs = Array.from({ length: 300 }, (_, index) => (index % 7 === 0 ? 13 : 1));
    const standings = await times(costs.length, async (index) => {
      const cost = costs[index] as number;
      const replica = limits[index % 2] as RateLimits;
      return { cost, ...(await replica.spend({ accountId, kind: 'guest', budget: 100, cost })) };
    });
    const spent = standings.reduce((sum, { allowed, cost }) => sum + (allowed ? cost : 0), 0);
    const [row] = await gateway.sql<{ used: number }>(
      'SELECT used FROM rate_counters WHERE account_id = $1',
      [accountId],
    );
    expect(spent).toBe(row?.used);
    // There are single calls enough to fill whatever a bulk call leaves.
    expect(spent).toBe(100);
  });
});

describe('a budget that is spent fast', () => {
  const spend = async (replicas: readonly RateLimits[], budget: number, calls: number) => {
    const accountId = randomUUID();
    let allowed = 0;
    for (let turn = 0; turn < calls; turn++) {
      const replica = replicas[turn % replicas.length] as RateLimits;
      const standing = await replica.spend({ accountId, kind: 'guest', budget, cost: 1 });
      if (standing.allowed) allowed++;
    }
    return allowed;
  };

  it('is granted some calls in advance, for a fraction of the statements, and to the last one', async () => {
    const query = jest.spyOn(gateway.get(DataSource), 'query');
    expect(await spend([gateway.get(RateLimits)], 4_000, 4_100)).toBe(4_000);
    expect(query.mock.calls.length).toBeLessThan(1_000);
    query.mockRestore();
  });

  it('is never exceeded, and nearly all of it is there for whichever replica is called', async () => {
    const allowed = await spend([gateway.get(RateLimits), other.app.get(RateLimits)], 4_000, 4_100);
    expect(allowed).toBeLessThanOrEqual(4_000);
    expect(allowed).toBeGreaterThanOrEqual(3_960);
  });

  it('tells what is left, call by call', async () => {
    const accountId = randomUUID();
    const left: number[] = [];
    for (let turn = 0; turn < 300; turn++) {
      const call = { accountId, kind: 'guest', budget: 1_000, cost: 1 } as const;
      left.push((await gateway.get(RateLimits).spend(call)).left);
    }
    expect(left).toEqual(Array.from({ length: 300 }, (_, index) => 999 - index));
  });
});

describe('limits of one account', () => {
  it('take the place of the usual ones', async () => {
    const user = await gateway.user();
    await gateway.sql(`UPDATE accounts SET rate_limits = '{"other": 3, "send": "many"}' WHERE id = $1`, [
      user.accountId,
    ]);
    const answers = await times(5, () => get(user));
    expect(refused(answers)).toBe(2);
    const send = await gateway.call('POST', '/api/comms/send', { token: user.token, body: {} });
    expect(send.headers.get('ratelimit-policy')).toBe('"send";q=5;w=60');
  });
});
