import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  createSubscription,
  getSubscription,
  updateSubscription,
  type CommsEventV1,
  type NewSubscription,
  type SubscriptionView,
} from '@qflow/contracts';
import { commsEvent, eventually, webhookReceiver, type WebhookReceiver } from '@qflow/testing';
import { v7 as uuidv7 } from 'uuid';
import { WebhooksHarness } from './webhooks-harness.js';

/** The way to being disabled and back, through the whole service. */
let harness: WebhooksHarness;
let broken: WebhookReceiver;
let operations: WebhookReceiver;

beforeAll(async () => {
  harness = await WebhooksHarness.start();
});
afterAll(() => harness.stop());
beforeEach(async () => {
  [broken, operations] = [await webhookReceiver(), await webhookReceiver()];
});
afterEach(async () => {
  await Promise.all([broken.close(), operations.close()]);
});

/** No retries: a delivery that is refused has failed for good. */
async function subscribe(
  accountId: string,
  receiver: WebhookReceiver,
  values: Partial<NewSubscription> = {},
): Promise<string> {
  const id = uuidv7();
  await harness.rpc.ask(createSubscription, {
    id,
    accountId,
    url: receiver.url,
    events: null,
    format: 'qflow',
    secret: null,
    description: null,
    headers: {},
    retry: { delaysSeconds: [] },
    asymmetric: false,
    ...values,
  });
  return id;
}

const view = (accountId: string, id: string): Promise<SubscriptionView> =>
  harness.rpc.ask(getSubscription, { accountId, id });

const happen = async (accountId: string, count: number): Promise<CommsEventV1[]> => {
  const events = Array.from({ length: count }, () => commsEvent({ id: uuidv7(), accountId }));
  for (const event of events) await harness.publish(event);
  return events;
};

const statuses = async (id: string, events: readonly CommsEventV1[]): Promise<string[]> => {
  const rows = await harness.query<{ status: string }>(
    'SELECT status FROM deliveries WHERE subscription_id = $1 AND event_id = ANY($2)',
    [id, events.map((event) => event.id)],
  );
  return rows.map(({ status }) => status);
};

const answerWith = (receiver: WebhookReceiver, status: number): void =>
  receiver.answer((_request, response) => void response.writeHead(status).end());

/** The types that a receiver got about an endpoint, in the order in which they happened. */
const told = (receiver: WebhookReceiver, accountId: string, endpointId: string): string[] =>
  receiver.requests
    .filter(({ path }) => path.endsWith(`/hook?${accountId}`))
    .map(({ json }) => json as unknown as CommsEventV1)
    .filter(({ data }) => data.endpoint?.id === endpointId)
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ type }) => type);

describe('an EmailFlow subscription whose endpoint fails', () => {
  it('is disabled after 20 deliveries, tells those who ask, and comes back when it is enabled', async () => {
    const accountId = randomUUID();
    answerWith(broken, 500);
    const id = await subscribe(accountId, broken, {
      format: 'emailflow',
      events: ['comms.*', 'endpoint.*'],
    });
    await subscribe(accountId, operations, {
      url: `${operations.url}?${accountId}`,
      events: ['endpoint.*'],
    });

    await happen(accountId, 20);
    await eventually(async () => !(await view(accountId, id)).active);
    expect(await view(accountId, id)).toMatchObject({
      active: false,
      disabledReason: 'failures',
      failures: 20,
      disabledAt: expect.any(String),
    });
    await operations.until(() => told(operations, accountId, id).includes('endpoint.disabled'));
    await operations.until(() => told(operations, accountId, id).length === 4);
    expect(told(operations, accountId, id)).toEqual([
      'endpoint.failing',
      'endpoint.failing',
      'endpoint.failing',
      'endpoint.disabled',
    ]);

    // What comes now is logged and not sent; nor was it ever told about itself.
    const received = broken.requests.length;
    const missed = await happen(accountId, 3);
    await eventually(async () => (await statuses(id, missed)).length === 3);
    expect(await statuses(id, missed)).toEqual(['skipped', 'skipped', 'skipped']);
    expect([broken.requests.length, received]).toEqual([received, 20]);

    answerWith(broken, 200);
    const enabled = await harness.rpc.ask(updateSubscription, { accountId, id, active: true });
    expect(enabled).toMatchObject({ active: true, disabledReason: null, failures: 0 });
    expect(enabled.missed).toMatchObject({ deliveries: 3 });
    await operations.until(() => told(operations, accountId, id).at(-1) === 'endpoint.recovered');
    const after = await happen(accountId, 1);
    await eventually(async () => (await statuses(id, after))[0] === 'delivered');
    expect(told(operations, accountId, id)).toHaveLength(5);
  });

  it('stays where one delivery in between succeeds', async () => {
    const accountId = randomUUID();
    const id = await subscribe(accountId, broken, { format: 'emailflow' });
    for (const [status, count] of [
      [500, 19],
      [200, 1],
      [500, 19],
    ] as const) {
      answerWith(broken, status);
      const events = await happen(accountId, count);
      await eventually(async () => {
        const ended = await statuses(id, events);
        return ended.length === count && !ended.includes('pending');
      });
    }
    expect(await view(accountId, id)).toMatchObject({ active: true, failures: 19 });
  });

  it('is disabled by a single 410', async () => {
    const accountId = randomUUID();
    answerWith(broken, 410);
    const id = await subscribe(accountId, broken);
    await happen(accountId, 1);
    await eventually(async () => !(await view(accountId, id)).active);
    expect(await view(accountId, id)).toMatchObject({ disabledReason: 'gone', failures: 1 });
  });
});

describe('an attempt that is under way while its webhook is moved and enabled again', () => {
  it('is not held against what it is now', async () => {
    const accountId = randomUUID();
    const [old, mended] = [await webhookReceiver(), await webhookReceiver()];
    const arrived = new Promise<ServerResponse>((resolve) =>
      old.answer((_request, response) => resolve(response)),
    );
    const id = await subscribe(accountId, old, { format: 'emailflow' });
    const [event] = await happen(accountId, 1);
    const response = await arrived;
    await harness.rpc.ask(updateSubscription, { accountId, id, url: mended.url, active: true });
    response.writeHead(410).end();
    await eventually(async () => (await statuses(id, [event as CommsEventV1])).includes('failed'));
    expect(await view(accountId, id)).toMatchObject({ active: true, failures: 0, url: mended.url });
    await happen(accountId, 1);
    await mended.next();
    await Promise.all([old.close(), mended.close()]);
  });
});

describe('endpoints that tell each other of their failures', () => {
  it('come to an end', async () => {
    const accountId = randomUUID();
    answerWith(broken, 500);
    const events = ['comms.*', 'endpoint.*'];
    const retry = { delaysSeconds: [], disableAfter: 2 };
    const ids = [];
    for (let count = 0; count < 4; count++) ids.push(await subscribe(accountId, broken, { events, retry }));
    await happen(accountId, 1);
    for (const id of ids) await eventually(async () => !(await view(accountId, id)).active);
    const types = async (): Promise<string[]> => {
      const stream = await harness.platform.messages.inStream<CommsEventV1>('EVENTS');
      return stream.filter((event) => event.accountId === accountId).map(({ type }) => type);
    };
    const disabled = async () => (await types()).filter((type) => type === 'endpoint.disabled').length;
    await eventually(async () => (await disabled()) >= ids.length);
    await harness.eventsHandled();
    expect(await disabled()).toBe(ids.length);
    expect((await types()).length).toBeLessThanOrEqual(1 + ids.length * 2);
  });
});
