import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  cancelReplay,
  getDelivery,
  getSubscriptionStats,
  listDeliveries,
  listReplays,
  retryDelivery,
  startReplay,
  updateSubscription,
  type CommsEventV1,
  type DeliveryFilter,
  type DeliveryView,
  type ReplayView,
} from '@qflow/contracts';
import { commsEvent, eventually, webhookReceiver, type WebhookReceiver } from '@qflow/testing';
import { v7 as uuidv7 } from 'uuid';
import { chunk } from '../src/replay/advance-replay.js';
import { WebhooksHarness } from './webhooks-harness.js';

let harness: WebhooksHarness;
let receiver: WebhookReceiver;

beforeAll(async () => {
  harness = await WebhooksHarness.start({ WEBHOOK_REPLAY_RATE: '1000' });
});
afterAll(() => harness?.stop());
beforeEach(async () => {
  receiver = await webhookReceiver();
});
afterEach(() => receiver.close());

interface Webhook {
  accountId: string;
  subscriptionId: string;
}

/** One whose deliveries are given up after their first attempt. */
async function webhook(): Promise<Webhook> {
  const accountId = randomUUID();
  await harness.register(accountId, receiver.url);
  await harness.query(`UPDATE subscriptions SET retry = '{"delaysSeconds": []}' WHERE account_id = $1`, [
    accountId,
  ]);
  const [row] = await harness.query<{ id: string }>('SELECT id FROM subscriptions WHERE account_id = $1', [
    accountId,
  ]);
  return { accountId, subscriptionId: row?.id ?? '' };
}

const everything = { status: null, type: null, since: null, until: null, after: null, limit: 200 };
const list = async (of: Webhook, asked: Partial<DeliveryFilter> = {}): Promise<DeliveryView[]> =>
  (await harness.rpc.ask(listDeliveries, { ...of, ...everything, ...asked })).items;

/** Publishes an event and waits until its delivery has come to an end. */
async function over(of: Webhook, status: DeliveryView['status']): Promise<CommsEventV1> {
  const event = commsEvent({ accountId: of.accountId });
  await harness.publish(event);
  await eventually(async () =>
    (await list(of)).some((delivery) => delivery.eventId === event.id && delivery.status === status),
  );
  return event;
}

const hourAgo = (): string => new Date(Date.now() - 60 * 60 * 1000).toISOString();
const replay = (of: Webhook, status: DeliveryView['status'] | null = null): Promise<ReplayView> =>
  harness.rpc.ask(startReplay, { ...of, id: uuidv7(), since: hourAgo(), until: null, status });
const ended = (of: Webhook, id: string): Promise<ReplayView> =>
  eventually(async () =>
    (await harness.rpc.ask(listReplays, of)).find((one) => one.id === id && one.state !== 'running'),
  );
const fails = (): void => receiver.answer((_request, response) => void response.writeHead(500).end('down'));
const works = (): void => receiver.answer((_request, response) => void response.writeHead(200).end());
const activate = (of: Webhook, active: boolean): Promise<unknown> =>
  harness.rpc.ask(updateSubscription, { accountId: of.accountId, id: of.subscriptionId, active });

describe('a receiver that was away', () => {
  it('gets all that it missed, marked as a replay, under the ids of the events', async () => {
    const of = await webhook();
    fails();
    const dead = [await over(of, 'dead'), await over(of, 'dead')];
    await activate(of, false);
    const skipped = await over(of, 'skipped');
    await activate(of, true);
    works();
    const before = receiver.requests.length;
    const { id } = await replay(of);
    await receiver.until((requests) => requests.length === before + 3);

    const again = receiver.requests.slice(before);
    expect(again.map(({ headers }) => headers['x-qflow-replay'])).toEqual(['true', 'true', 'true']);
    const ids = [...dead, skipped].map((event) => event.id).sort();
    expect(again.map(({ headers }) => headers['x-qflow-webhook-id']).sort()).toEqual(ids);
    expect(again.map(({ json }) => json.id).sort()).toEqual(ids);
    expect(receiver.requests.slice(0, before).some(({ headers }) => 'x-qflow-replay' in headers)).toBe(false);
    expect(await ended(of, id)).toMatchObject({ state: 'done', deliveries: 3 });

    const originals = await eventually(async () => {
      const rows = (await list(of)).filter(({ origin }) => origin === 'event');
      return rows.every(({ recoveredAt }) => recoveredAt !== null) ? rows : undefined;
    });
    expect(originals.map(({ status }) => status).sort()).toEqual(['dead', 'dead', 'skipped']);
    const replays = (await list(of)).filter(({ origin }) => origin === 'replay');
    expect(replays.map(({ replayOf }) => replayOf).sort()).toEqual(originals.map((one) => one.id).sort());
    expect(replays.map(({ status, attempts }) => [status, attempts.length])).toEqual(
      replays.map(() => ['delivered', 1]),
    );
    // What has been recovered is not brought once more.
    const second = await replay(of, 'dead');
    expect(await ended(of, second.id)).toMatchObject({ state: 'done', deliveries: 0 });
  });

  it('gets what failed in a replay by the next one', async () => {
    const of = await webhook();
    fails();
    const event = await over(of, 'dead');
    const first = await replay(of, 'dead');
    await ended(of, first.id);
    await eventually(async () => (await list(of, { status: 'dead' })).length === 2);
    expect((await list(of)).map(({ recoveredAt }) => recoveredAt)).toEqual([null, null]);
    works();
    const second = await replay(of, 'dead');
    // The original once, not its failed replay as well.
    expect(await ended(of, second.id)).toMatchObject({ deliveries: 1 });
    const request = await receiver.next(() => receiver.requests.length === 3);
    expect(request.json.id).toBe(event.id);
  });
});

describe('a replay over several replicas', () => {
  it('is carried on when one of them stops, and delivers everything once', async () => {
    const of = await webhook();
    // More than is made of it at once.
    const count = chunk + 100;
    await harness.query(
      `INSERT INTO deliveries (id, subscription_id, account_id, event_id, event_type, body, status, attempts, created_at)
       SELECT uuidv7(-n * interval '1 second'), $1, $2, event, 'comms.sent', '{"id":"' || event || '"}', 'dead', 10, now()
         FROM (SELECT n, uuidv7() AS event FROM generate_series(1, ${count}) AS n) AS events`,
      [of.subscriptionId, of.accountId],
    );
    await harness.startReplica();
    const { id } = await replay(of, 'dead');
    await receiver.until((requests) => requests.length > 100);
    await harness.stopReplica();
    await receiver.until((requests) => new Set(requests.map(({ json }) => json.id)).size === count);
    expect(await ended(of, id)).toMatchObject({ state: 'done', deliveries: count });
    await eventually(async () => (await list(of, { status: 'pending' })).length === 0);
    const made = await harness.query<{ status: string; error: string | null; count: number }>(
      `SELECT status, error, count(*)::int AS count FROM deliveries WHERE subscription_id = $1 AND origin = 'replay'
        GROUP BY status, error`,
      [of.subscriptionId],
    );
    expect(made).toEqual([{ status: 'delivered', error: null, count }]);
    expect(receiver.requests).toHaveLength(count);
    const stats = await harness.rpc.ask(getSubscriptionStats, { ...of, since: null });
    expect(stats).toMatchObject({ deliveries: 2 * count, byStatus: { dead: count, delivered: count } });
  });
});

describe('one delivery', () => {
  it('that is dead is delivered again, once for one request', async () => {
    const of = await webhook();
    fails();
    const event = await over(of, 'dead');
    works();
    const [dead] = (await list(of)) as [DeliveryView];
    const newId = uuidv7();
    const asked = { ...of, id: dead.id, newId };
    const [answer] = await Promise.all([
      harness.rpc.ask(retryDelivery, asked),
      harness.rpc.ask(retryDelivery, asked),
    ]);
    expect(answer).toMatchObject({ id: newId, eventId: event.id, origin: 'replay', replayOf: dead.id });
    await receiver.until((requests) => requests.length === 2);
    const again = await eventually(async () => {
      const delivery = await harness.rpc.ask(getDelivery, { ...of, id: newId });
      return delivery.status === 'delivered' ? delivery : undefined;
    });
    expect(again.body).toBe(receiver.requests[1]?.body.toString());
    expect(await harness.rpc.ask(retryDelivery, asked)).toMatchObject({ id: newId, status: 'delivered' });
    expect(await harness.rpc.ask(getDelivery, { ...of, id: dead.id })).toMatchObject({
      status: 'dead',
      recoveredAt: expect.any(String) as unknown,
    });
    expect(receiver.requests).toHaveLength(2);
  });

  it('that waits for its next attempt gets it now', async () => {
    const of = await webhook();
    await harness.query(`UPDATE subscriptions SET retry = '{"delaysSeconds": [3600]}' WHERE id = $1`, [
      of.subscriptionId,
    ]);
    fails();
    await over(of, 'retrying');
    works();
    const [waiting] = (await list(of)) as [DeliveryView];
    expect(Date.parse(waiting.nextAttemptAt ?? '')).toBeGreaterThan(Date.now() + 45 * 60_000);
    const answer = await harness.rpc.ask(retryDelivery, { ...of, id: waiting.id, newId: uuidv7() });
    expect(answer.id).toBe(waiting.id);
    await receiver.until((requests) => requests.length === 2);
    const delivered = await eventually(async () => {
      const [delivery] = await list(of, { status: 'delivered' });
      return delivery;
    });
    expect(delivered).toMatchObject({
      id: waiting.id,
      nextAttemptAt: null,
      attempts: [{}, { statusCode: 200 }],
    });
    expect(receiver.requests[1]?.headers).not.toHaveProperty('x-qflow-replay');
  });
});

it('a replay of nothing is done at once, and cancelling it changes nothing', async () => {
  const of = await webhook();
  const { id } = await replay(of);
  const done = await ended(of, id);
  expect(done).toMatchObject({ state: 'done', deliveries: 0, finished: expect.any(String) as unknown });
  expect(await harness.rpc.ask(cancelReplay, { ...of, id })).toEqual(done);
});
