import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@qflow/testing';
import { Client } from 'pg';
import { TestGateway, type Answer, type TestUser } from './support/test-gateway.js';

/** Requests of one route that are at work at once here, and those that are taken: twice as many wait. */
const atWork = 2;
const most = 3 * atWork;

let gateway: TestGateway;
let user: TestUser;
let eventId: string;
/** Another session of the database. */
let holder: Client;

beforeAll(async () => {
  gateway = await TestGateway.start({ ROUTE_CONCURRENCY: String(atWork) });
  user = await gateway.user();
  eventId = await gateway.event(user);
  holder = new Client({ connectionString: gateway.config.DATABASE_URL, options: '-c search_path=gateway' });
  await holder.connect();
});
/** What {@link fill} has sent: what a test leaves in the works would be in the way of the next one. */
let filling: Promise<Answer>[] = [];
afterEach(async () => {
  await holder.query('ROLLBACK');
  await Promise.all(filling.splice(0));
});
afterAll(async () => {
  await holder.end();
  await gateway.stop();
});

const guest = (options: { signal?: AbortSignal; email?: string } = {}): Promise<Answer> =>
  gateway.call('POST', '/api/guest', {
    token: user.token,
    body: { eventId, firstName: 'Ada', email: options.email ?? 'ada@example.com' },
    ...(options.signal && { signal: options.signal }),
  });

/** Of as many answers as there may be. */
const all = (status: number): number[] => Array.from({ length: most }, () => status);

/** From now on no guest can be stored, until the transaction ends. */
async function holdGuests(): Promise<void> {
  await holder.query('BEGIN');
  await holder.query('LOCK TABLE guests IN SHARE MODE');
}

const waitingForLock = async (): Promise<number> => {
  const [row] = await gateway.sql<{ count: string }>(
    `SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%guests%'`,
  );
  return Number(row?.count);
};

/** What a guest is answered with that waits for no lock: it has no name. */
const probed = async (): Promise<number | undefined> => {
  const call = gateway.call('POST', '/api/guest', {
    token: user.token,
    body: {},
    signal: AbortSignal.timeout(1_000),
  });
  return (await call.catch(() => undefined))?.status;
};

/** Sends guests, one after the other, until as many are in the works as there may be. */
async function fill(): Promise<Promise<Answer>[]> {
  await holdGuests();
  const calls = Array.from({ length: most }, () => guest());
  filling = [...calls];
  await eventually(async () => (await waitingForLock()) > 0);
  await eventually(async () => (await probed()) === 503);
  return calls;
}

describe('more requests at once than can be done', () => {
  it('are refused, and those that were taken are done', async () => {
    const calls = await fill();
    const { status, headers, body } = await guest();
    expect([status, headers.get('retry-after'), body.code]).toEqual([503, '2', 'unavailable']);
    expect(body.detail).toMatch(/Nothing was done/);
    const before = await gateway.count('guests');
    await holder.query('COMMIT');
    expect((await Promise.all(calls)).map((answer) => answer.status)).toEqual(all(200));
    expect(await gateway.count('guests')).toBe(before + most);
  });

  it('leave other routes and the probes alone', async () => {
    void (await fill());
    const list = await gateway.call('GET', '/api/events', { token: user.token });
    const health = await gateway.call('GET', '/health/ready');
    expect([list.status, health.status]).toEqual([200, 200]);
  });

  it('are refused before their body is read', async () => {
    void (await fill());
    const { status } = await gateway.call('POST', '/api/guest', {
      token: user.token,
      raw: '{"this": is no JSON',
      headers: { 'Content-Type': 'application/json' },
    });
    expect(status).toBe(503);
  });

  it('are taken again as soon as the others are done', async () => {
    const calls = await fill();
    await holder.query('COMMIT');
    await Promise.all(calls);
    const answers = await Promise.all(Array.from({ length: most }, () => guest()));
    expect(answers.map(({ status }) => status)).toEqual(all(200));
  });
});

describe('the place of a request', () => {
  it('is held while its caller has hung up and its work is not done', async () => {
    await holdGuests();
    const hangUp = new AbortController();
    const gone = Array.from({ length: atWork }, () => guest({ signal: hangUp.signal }));
    const settled = Promise.allSettled(gone);
    await eventually(async () => (await waitingForLock()) > 0);
    hangUp.abort();
    await settled;
    const waiting = Array.from({ length: most - atWork }, () => guest());
    await eventually(async () => (await probed()) === 503);
    const before = await gateway.count('guests');
    await holder.query('COMMIT');
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual(all(200).slice(atWork));
    expect(await gateway.count('guests')).toBe(before + most);
  });

  it('is not taken by those who have hung up while they waited for one', async () => {
    await holdGuests();
    const held = Array.from({ length: atWork }, () => guest());
    await eventually(async () => (await waitingForLock()) > 0);
    const hangUp = new AbortController();
    const gone = Array.from({ length: most - atWork }, () => guest({ signal: hangUp.signal }));
    const settled = Promise.allSettled(gone);
    await eventually(async () => (await probed()) === 503);
    hangUp.abort();
    await settled;
    const before = await gateway.count('guests');
    await holder.query('COMMIT');
    await Promise.all(held);
    await eventually(async () => (await guest()).status === 200);
    expect(await gateway.count('guests')).toBe(before + atWork + 1);
  });

  it('is free again after a refusal of any kind', async () => {
    const refusals = Array.from({ length: 4 * most }, (_, index) =>
      index % 2 === 0
        ? gateway.call('POST', '/api/guest', { token: 'nobody', body: {} })
        : gateway.call('POST', '/api/guest', { token: user.token, body: {} }),
    );
    await Promise.all(refusals);
    const answers = await Promise.all(Array.from({ length: most }, () => guest()));
    expect(answers.map(({ status }) => status)).toEqual(all(200));
  });
});
