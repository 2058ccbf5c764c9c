import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningService } from '@qflow/service';
import { eventually } from '@qflow/testing';
import { OAuth } from './support/oauth.js';
import { OneAddress } from './support/one-address.js';
import { startGateway, TestGateway, type Answer, type TestUser } from './support/test-gateway.js';

/** Two replicas behind one address, as an operator runs them: callers must not be able to tell. */
let gateway: TestGateway;
let second: RunningService;
let address: OneAddress;

beforeAll(async () => {
  gateway = await TestGateway.start({ RATE_LIMIT_GUEST: '500', RATE_LIMIT_SEND: '300' });
  second = await startGateway(gateway.config);
  address = await OneAddress.over(gateway.service.url, second.url);
});
afterAll(async () => {
  await address.close();
  await second.close();
  await gateway.stop();
});

const post = (user: TestUser, path: string, body: unknown, headers = {}): Promise<Answer> =>
  gateway.call('POST', path, { url: address.url, token: user.token, body, headers });

/** Calls at once, and how often each status came back. */
async function statusesOf(
  count: number,
  call: (index: number) => Promise<Answer>,
): Promise<Map<number, number>> {
  const statuses = new Map<number, number>();
  const answers = await Promise.all(Array.from({ length: count }, (_, index) => call(index)));
  for (const { status } of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1);
  return statuses;
}

describe('two gateways behind one address', () => {
  it('take 500 guests a minute of an account, and not one more', async () => {
    const user = await gateway.user();
    const eventId = await gateway.event(user);
    const statuses = await statusesOf(700, () => post(user, '/api/guest', { eventId, firstName: 'Ada' }));
    expect([...statuses].sort()).toEqual([
      [200, 500],
      [429, 200],
    ]);
    expect(
      await gateway.sql('SELECT count(*)::int FROM guests WHERE account_id = $1', [user.accountId]),
    ).toEqual([{ count: 500 }]);
    expect(Math.min(...address.served)).toBeGreaterThan(300);
  });

  it('count the items of bulk calls on the same budget', async () => {
    const user = await gateway.user();
    const eventId = await gateway.event(user);
    const items = Array.from({ length: 120 }, () => ({ firstName: 'Ada' }));
    const statuses = await statusesOf(8, () => post(user, `/api/guests/${eventId}`, items));
    // Four times 120 fit into 500, and a fifth would not: it is refused whole.
    expect([...statuses].sort()).toEqual([
      [200, 4],
      [429, 4],
    ]);
    expect((await post(user, `/api/guests/${eventId}`, items.slice(0, 20))).status).toBe(200);
    expect((await post(user, '/api/guest', { eventId })).status).toBe(429);
  });

  it('carry out a request with an Idempotency-Key once, whoever gets it', async () => {
    const user = await gateway.user();
    const eventId = await gateway.event(user);
    const template = gateway.fakes.template(user.accountId, eventId);
    const key = randomUUID();
    const guest = { eventId, email: 'ada@example.com', commsTemplateId: template.id };
    const statuses = await statusesOf(40, () => post(user, '/api/guest', guest, { 'Idempotency-Key': key }));
    expect([...statuses.keys()].filter((status) => ![200, 409].includes(status))).toEqual([]);
    const replay = await post(user, '/api/guest', guest, { 'Idempotency-Key': key });
    expect([replay.status, replay.headers.get('idempotency-replayed')]).toEqual([200, 'true']);
    expect(await gateway.sql('SELECT id FROM guests WHERE account_id = $1', [user.accountId])).toEqual([
      { id: replay.body.id },
    ]);
  });

  it('both refuse a revoked token within moments', async () => {
    const user = await gateway.user();
    const oauth = new OAuth(gateway, address.url);
    const { body } = await oauth.logIn(user);
    const token = String(body.access_token);
    const ask = (): Promise<Answer> => gateway.call('GET', '/api/events', { url: address.url, token });
    expect(await statusesOf(10, ask)).toEqual(new Map([[200, 10]]));
    await oauth.revoke(token);
    await eventually(async () => (await statusesOf(10, ask)).get(401) === 10);
  });
});
