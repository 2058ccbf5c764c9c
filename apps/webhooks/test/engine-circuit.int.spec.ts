import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { updateSubscription } from '@qflow/contracts';
import { lowestIdAt } from '@qflow/persistence';
import { commsEvent, eventually, webhookReceiver, type WebhookReceiver } from '@qflow/testing';
import { WebhooksHarness } from './webhooks-harness.js';

/** Paced deliveries per second. */
const rate = 20;
let harness: WebhooksHarness;

beforeAll(async () => {
  harness = await WebhooksHarness.start({ WEBHOOK_REPLAY_RATE: `${rate}` });
});
afterAll(() => harness.stop());

/** An endpoint that is there, and lets every connection go without an answer until it is told to be back. */
async function awayEndpoint(): Promise<WebhookReceiver> {
  const receiver = await webhookReceiver();
  receiver.answer((_request, response) => void response.destroy());
  return receiver;
}

const isBack = (receiver: WebhookReceiver): void =>
  receiver.answer((_request, response) => void response.writeHead(200).end());

/** A retry must not come by itself: it would be an attempt of its own. */
const retry = { delaysSeconds: [3600] };

const gauge = (name: string): Promise<number> => harness.metric(`qflow_webhook_${name}`);

const counts = async (id: string): Promise<Record<string, number>> => {
  const rows = await harness.query<{ status: string; count: number }>(
    'SELECT status, count(*)::int AS count FROM deliveries WHERE subscription_id = $1 GROUP BY status',
    [id],
  );
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
};

/** Has an endpoint fail until it is known to be away. */
async function takenForAway(accountId: string): Promise<void> {
  const others = await gauge('endpoints_away');
  for (let n = 0; n < 5; n++) await harness.publish(commsEvent({ accountId }));
  await eventually(async () => (await gauge('endpoints_away')) === others + 1);
}

describe('an endpoint that is away', () => {
  it('is probed; what comes meanwhile waits without an attempt, and drains at the replay rate', async () => {
    const accountId = randomUUID();
    const endpoint = await awayEndpoint();
    const { id } = await harness.subscribe(accountId, endpoint.url, { retry });
    await takenForAway(accountId);
    for (let n = 0; n < 60; n++) await harness.publish(commsEvent({ accountId }));
    await harness.eventsHandled();
    const waiting = await harness.query<{ paced: boolean }>(
      `SELECT DISTINCT paced FROM waiting JOIN deliveries ON id = delivery_id
        WHERE waiting.subscription_id = $1 AND status = 'pending'`,
      [id],
    );
    expect(waiting).toEqual([{ paced: true }]);
    // The five that opened the circuit, and the probes: the others have lost none of their attempts.
    const burnt = (await counts(id)).retrying ?? 0;
    expect(burnt).toBeLessThan(20);

    const [{ now }] = (await harness.query(`SELECT extract(epoch FROM now())::float8 AS now`)) as [
      { now: number },
    ];
    const away = await gauge('endpoints_away');
    const before = endpoint.requests.length;
    isBack(endpoint);
    await eventually(async () => ((await counts(id)).pending ?? 0) === 0);
    const [{ free_at: freeAt }] = (await harness.query(
      'SELECT extract(epoch FROM free_at)::float8 AS free_at FROM pace WHERE subscription_id = $1',
      [id],
    )) as [{ free_at: number }];
    const drained = endpoint.requests.length - before;
    // The pace has moved on by what was spent, from a second ago at the most.
    expect(freeAt).toBeGreaterThanOrEqual(now - 1 + drained / rate - 0.001);
    expect(await gauge('endpoints_away')).toBe(away - 1);
    expect(
      await harness.query(`SELECT FROM deliveries WHERE subscription_id = $1 AND attempts > 2`, [id]),
    ).toEqual([]);

    const fresh = commsEvent({ accountId });
    await harness.publish(fresh);
    await endpoint.next(({ json }) => json.id === fresh.id);
    await endpoint.close();
  });

  it('is asked again as soon as its webhook is changed', async () => {
    const accountId = randomUUID();
    const endpoint = await awayEndpoint();
    // A probe before the change may be made with the very event: it has to come again.
    const often = { delaysSeconds: Array.from({ length: 20 }, () => 1) };
    const { id } = await harness.subscribe(accountId, endpoint.url, { retry: often });
    await takenForAway(accountId);
    const repaired = await webhookReceiver();
    const event = commsEvent({ accountId });
    await harness.publish(event);
    await harness.eventsHandled();
    await harness.rpc.ask(updateSubscription, { accountId, id, url: repaired.url });
    await repaired.next(({ json }) => json.id === event.id);
    // What is left would be tried at an endpoint that is really gone, while the next spec counts those that are away.
    await eventually(async () => (await counts(id)).delivered === 6);
    await Promise.all([endpoint.close(), repaired.close()]);
  });

  it('with tens of thousands of deliveries due takes no memory and holds up nobody', async () => {
    const [downAccount, healthyAccount] = [randomUUID(), randomUUID()];
    const down = await awayEndpoint();
    const healthy = await webhookReceiver();
    const { id } = await harness.subscribe(downAccount, down.url, { retry });
    await harness.subscribe(healthyAccount, healthy.url);
    await takenForAway(downAccount);
    await harness.query(
      `WITH made AS (
         INSERT INTO deliveries (id, subscription_id, account_id, event_id, event_type, body, status, created_at)
         SELECT overlay(gen_random_uuid()::text PLACING $3 FROM 1 FOR 15)::uuid, $1, $2, gen_random_uuid(),
                'comms.sent', '{}', 'pending', now() FROM generate_series(1, 50000)
         RETURNING id)
       INSERT INTO waiting (subscription_id, delivery_id, due_at, paced, expires_at)
       SELECT $1, id, now(), true, now() + interval '1 day' FROM made`,
      [id, downAccount, `${lowestIdAt(Date.now()).slice(0, 14)}7`],
    );
    const attempted = async (): Promise<number> => {
      const [row] = await harness.query<{ count: number }>(
        'SELECT count(*)::int AS count FROM deliveries WHERE subscription_id = $1 AND attempts > 0',
        [id],
      );
      return row?.count ?? 0;
    };
    const before = await attempted();
    // Two probes later:
    await eventually(async () => (await attempted()) >= before + 2);
    const event = commsEvent({ accountId: healthyAccount });
    await harness.publish(event);
    await healthy.next(({ json }) => json.id === event.id);

    expect(await attempted()).toBeLessThan(before + 10);
    expect(await gauge('deliveries_in_memory')).toBeLessThan(10);
    const [claimed] = await harness.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM waiting JOIN deliveries ON id = delivery_id
        WHERE waiting.subscription_id = $1 AND status = 'pending' AND due_at > now()`,
      [id],
    );
    expect(claimed?.count).toBeLessThanOrEqual(1);
    await Promise.all([down.close(), healthy.close()]);
  });
});
