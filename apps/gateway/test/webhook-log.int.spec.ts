import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { getSubscriptionStats, listDeliveries, retryDelivery, startReplay } from '@qflow/contracts';
import { arrayOf, nextOf, readAll } from './support/lists.js';
import { TestGateway, type Answer, type TestUser } from './support/test-gateway.js';

let gateway: TestGateway;
let user: TestUser;
/** A webhook of the user's. */
let id: string;

beforeAll(async () => {
  gateway = await TestGateway.start();
});
afterAll(() => gateway.stop());
beforeEach(async () => {
  user = await gateway.user();
  const body = { url: 'https://your-app.com/webhooks/orders' };
  id = String((await gateway.call('POST', '/api/comms/webhooks', { token: user.token, body })).body.id);
});

const call = (method: string, rest: string, body?: unknown, prefix = ''): Promise<Answer> =>
  gateway.call(method, `${prefix}/api/comms/webhooks/${id}${rest}`, { token: user.token, body });

const lastAsked = (rpc: { subject: string }): Record<string, unknown> | undefined =>
  gateway.fakes.webhooks.requestsOf(rpc).at(-1);

describe('the delivery log', () => {
  it('is read page by page, by the Link of each page', async () => {
    const made = Array.from({ length: 7 }, () => gateway.fakes.webhooks.delivery(id)).reverse();
    const first = await call('GET', '/deliveries?limit=3&status=dead');
    expect(first.body).toHaveLength(3);
    expect(nextOf(first)).toContain('status=dead');
    const all = await readAll<{ id: string }>(
      gateway,
      user,
      `/comms/v1/api/comms/webhooks/${id}/deliveries?limit=3`,
    );
    expect(all.map((one) => one.id)).toEqual(made.map((one) => one.id));
  });

  it('hands on its filters', async () => {
    const filters = {
      status: 'dead',
      type: 'endpoint.failing',
      since: '2026-04-29T10:00:00Z',
      until: '2026-04-29T12:00:00+02:00',
    };
    const query = new URLSearchParams({ ...filters, limit: '7' }).toString();
    const { status } = await call('GET', `/deliveries?${query}`);
    expect(status).toBe(200);
    expect(lastAsked(listDeliveries)).toEqual({
      accountId: user.accountId,
      subscriptionId: id,
      ...filters,
      limit: 7,
      after: null,
    });
  });

  it.each([
    ['?status=lost', '/status'],
    ['?status=dead&status=failed', '/status'],
    ['?type=comms.*', '/type'],
    ['?type=email.sent', '/type'],
    ['?since=yesterday', '/since'],
    ['?since=2026-04-29', '/since'],
    ['?until=2026-02-30T00:00:00Z', '/until'],
    // A plus that was not encoded is a blank.
    ['?until=2026-04-29T12:00:00+02:00', '/until'],
    ['?limit=0', '/limit'],
    ['?limit=201', '/limit'],
    ['?after=nonsense', '/after'],
    [`?after=${'x'.repeat(501)}`, '/after'],
  ])('refuses %s by name', async (query, path) => {
    const { status, body } = await call('GET', `/deliveries${query}`);
    expect([status, body.code]).toEqual([400, 'validation_error']);
    expect(body.errors).toMatchObject([{ path }]);
  });

  it('shows one delivery with its body, byte for byte', async () => {
    const body = '{"id":"1","emoji":"👩‍💻","error":null}';
    const made = gateway.fakes.webhooks.delivery(id, { body });
    const answer = await call('GET', `/deliveries/${made.id.toUpperCase()}`);
    expect([answer.status, answer.body]).toEqual([200, made]);
    expect((await call('GET', `/deliveries/${randomUUID()}`)).status).toBe(404);
    expect((await call('GET', '/deliveries/1')).body.errors).toMatchObject([{ path: '/deliveryId' }]);
  });
});

describe('a retry', () => {
  it('makes a new delivery of one that is over', async () => {
    const made = gateway.fakes.webhooks.delivery(id);
    const { status, body } = await call('POST', `/deliveries/${made.id}/retry`);
    expect([status, body]).toMatchObject([
      202,
      { origin: 'replay', replayOf: made.id, eventId: made.eventId },
    ]);
    expect(lastAsked(retryDelivery)).toEqual({
      accountId: user.accountId,
      subscriptionId: id,
      id: made.id,
      newId: body.id,
    });
  });

  it('says so where the webhook is disabled or there is no such delivery', async () => {
    const made = gateway.fakes.webhooks.delivery(id);
    expect((await call('POST', `/deliveries/${randomUUID()}/retry`)).status).toBe(404);
    await call('PATCH', '', { active: false });
    const { status, body } = await call('POST', `/deliveries/${made.id}/retry`);
    expect([status, body.code]).toEqual([409, 'webhook_disabled']);
  });
});

describe('replays', () => {
  const since = '2026-04-29T10:00:00Z';

  it('are started, listed and cancelled', async () => {
    const range = { since, until: '2026-04-29T12:00:00Z', status: 'dead' };
    const { status, body } = await call('POST', '/replay', range, '/comms/v1');
    expect([status, body]).toMatchObject([202, { ...range, state: 'running', deliveries: 0 }]);
    expect(lastAsked(startReplay)).toEqual({
      accountId: user.accountId,
      subscriptionId: id,
      id: body.id,
      ...range,
    });
    expect(arrayOf<{ id: string }>(await call('GET', '/replays')).map((one) => one.id)).toEqual([body.id]);
    const cancelled = await call('POST', `/replays/${String(body.id)}/cancel`);
    expect([cancelled.status, cancelled.body.state]).toEqual([200, 'cancelled']);
  });

  it('reach to now where no end is given, and over everything where no status is', async () => {
    await call('POST', '/replay', { since, until: null, status: null });
    expect(lastAsked(startReplay)).toMatchObject({ since, until: null, status: null });
  });

  it('run one at a time, and of webhooks that are enabled', async () => {
    await call('POST', '/replay', { since });
    const second = await call('POST', '/replay', { since });
    expect([second.status, second.body.code]).toEqual([409, 'replay_running']);
    await call('PATCH', '', { active: false });
    const third = await call('POST', '/replay', { since });
    expect([third.status, third.body.code]).toEqual([409, 'webhook_disabled']);
  });

  it.each<[unknown, string]>([
    [undefined, '/'],
    [{}, '/since'],
    [{ since: null }, '/since'],
    [{ since: 5 }, '/since'],
    [{ since: '' }, '/since'],
    [{ since: '2026-04-29' }, '/since'],
    [{ since, until: 'now' }, '/until'],
    [{ since, until: '2026-04-28T10:00:00Z' }, '/until'],
    [{ since, status: 'pending' }, '/status'],
    [{ since, status: 'dead ' }, '/status'],
    [[], '/'],
  ])('of %j are refused by name', async (body, path) => {
    const answer = await call('POST', '/replay', body);
    expect([answer.status, answer.body.code]).toEqual([400, 'validation_error']);
    expect(answer.body.errors).toMatchObject([{ path }]);
  });

  it('that are not there cannot be cancelled', async () => {
    expect((await call('POST', `/replays/${randomUUID()}/cancel`)).status).toBe(404);
    expect((await call('POST', '/replays/x/cancel')).body.errors).toMatchObject([{ path: '/replayId' }]);
  });
});

describe('statistics', () => {
  it('are about the range that was asked for', async () => {
    const since = '2026-04-01T00:00:00Z';
    const { status, body } = await call('GET', `/stats?since=${since}`);
    expect([status, body.since]).toEqual([200, since]);
    await call('GET', '/stats');
    expect(lastAsked(getSubscriptionStats)).toEqual({
      accountId: user.accountId,
      subscriptionId: id,
      since: null,
    });
    expect((await call('GET', '/stats?since=1')).body.errors).toMatchObject([{ path: '/since' }]);
  });
});
