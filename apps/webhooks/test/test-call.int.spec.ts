import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  deleteWebhook,
  listDeliveries,
  rotateWebhook,
  testSubscription,
  testWebhook,
  updateSubscription,
  type DeliveryView,
  type TestResult,
} from '@qflow/contracts';
import { verifyQflow } from '@qflow/signing';
import {
  misbehavingReceiver,
  resets,
  webhookReceiver,
  type ReceivedRequest,
  type WebhookReceiver,
} from '@qflow/testing';
import { Webhook } from 'standardwebhooks';
import { v7 as uuidv7 } from 'uuid';
import { WebhooksHarness } from './webhooks-harness.js';

let harness: WebhooksHarness;
let receiver: WebhookReceiver;

beforeAll(async () => {
  harness = await WebhooksHarness.start();
});
afterAll(() => harness.stop());
beforeEach(async () => {
  receiver = await webhookReceiver();
});
afterEach(() => receiver.close());

const fire = (accountId: string): Promise<TestResult> => harness.rpc.ask(testWebhook, { accountId });
const fireOne = (accountId: string, id: string): Promise<TestResult> =>
  harness.rpc.ask(testSubscription, { accountId, id });

const logOf = async (accountId: string, subscriptionId: string): Promise<DeliveryView[]> => {
  const none = { status: null, type: null, since: null, until: null };
  const page = await harness.rpc.ask(listDeliveries, {
    accountId,
    subscriptionId,
    ...none,
    after: null,
    limit: 10,
  });
  return page.items;
};

const verified = (request: ReceivedRequest, secret: string): boolean =>
  verifyQflow({ secret, header: request.headers['x-qflow-signature'], body: request.body }).valid;

describe("the test call of the account's webhook", () => {
  it('is signed like any event, and answers what was posted and what came back', async () => {
    const accountId = randomUUID();
    const { secret } = await harness.register(accountId, receiver.url);
    receiver.answer((_request, response) => void response.writeHead(202, { 'X-Trace': 'abc' }).end('thanks'));
    const result = await fire(accountId);

    const request = await receiver.next();
    expect(verified(request, secret)).toBe(true);
    expect(request.json).toMatchObject({
      id: result.id,
      type: 'comms.test',
      data: { status: 'test', error: null },
    });
    expect(result).toMatchObject({
      delivered: true,
      statusCode: 202,
      error: null,
      phase: null,
      code: null,
      hint: null,
      response: { headers: { 'x-trace': 'abc' }, body: 'thanks' },
    });
    expect(result.request).toMatchObject({ url: receiver.url, body: request.body.toString() });
    expect(result.request.headers).toMatchObject({
      'X-Qflow-Signature': request.headers['x-qflow-signature'],
      'X-Qflow-Event': 'comms.test',
      'X-Qflow-Webhook-Id': result.id,
    });
  });

  it('uses the secret of this moment', async () => {
    const accountId = randomUUID();
    await harness.register(accountId, receiver.url);
    await fire(accountId);
    const { secret } = await harness.rpc.ask(rotateWebhook, { accountId });
    const { id } = await fire(accountId);
    expect(verified(await receiver.next(({ json }) => json.id === id), secret)).toBe(true);
  });

  it('is a 404 where there is none, or none any more', async () => {
    const accountId = randomUUID();
    await expect(fire(accountId)).rejects.toMatchObject({ code: 'not_found' });
    await harness.register(accountId, receiver.url);
    await harness.rpc.ask(deleteWebhook, { accountId });
    await expect(fire(accountId)).rejects.toMatchObject({ code: 'not_found' });
    expect(receiver.requests).toEqual([]);
  });
});

describe('the test call of a subscription', () => {
  it('speaks its format, which a published library accepts', async () => {
    const accountId = randomUUID();
    const { id, secret } = await harness.subscribe(accountId, receiver.url, { format: 'standard' });
    const result = await fireOne(accountId, id);
    const { headers, body } = await receiver.next();
    expect(result.delivered).toBe(true);
    expect(new Webhook(secret).verify(body.toString(), headers as Record<string, string>)).toMatchObject({
      type: 'comms.test',
    });
    expect(result.request.headers['webhook-signature']).toBe(headers['webhook-signature']);
  });

  it.each(['qflow', 'standard', 'sendcomms', 'emailflow'] as const)('has a body in %s', async (format) => {
    const accountId = randomUUID();
    const { id } = await harness.subscribe(accountId, receiver.url, { format });
    expect(await fireOne(accountId, id)).toMatchObject({ delivered: true, error: null });
    const { body } = await receiver.next();
    expect(JSON.stringify(JSON.parse(body.toString()))).toBe(body.toString());
  });

  it("sends the account's own headers and shows them masked", async () => {
    const accountId = randomUUID();
    const { id } = await harness.subscribe(accountId, receiver.url, {
      headers: { Authorization: 'Bearer hunter2', 'X-Tenant': 'blue' },
    });
    const result = await fireOne(accountId, id);
    expect((await receiver.next()).headers).toMatchObject({
      authorization: 'Bearer hunter2',
      'x-tenant': 'blue',
    });
    expect(result.request.headers).toMatchObject({ Authorization: '••••', 'X-Tenant': '••••' });
    expect(JSON.stringify(result)).not.toContain('hunter2');
  });

  it('works while it is disabled, and enables nothing', async () => {
    const accountId = randomUUID();
    const { id } = await harness.subscribe(accountId, receiver.url);
    await harness.rpc.ask(updateSubscription, { accountId, id, active: false });
    expect(await fireOne(accountId, id)).toMatchObject({ delivered: true });
    const [row] = await harness.query<{ active: boolean }>('SELECT active FROM subscriptions WHERE id = $1', [
      id,
    ]);
    expect(row).toEqual({ active: false });
  });

  it('is in the log as a test, and counts for nothing', async () => {
    const accountId = randomUUID();
    const { id } = await harness.subscribe(accountId, receiver.url, { retry: { disableAfter: 1 } });
    receiver.answer((_request, response) => void response.writeHead(410).end('gone for good'));
    const result = await fireOne(accountId, id);
    expect(result).toMatchObject({ delivered: false, statusCode: 410, code: 'http_410', phase: 'status' });

    expect(await logOf(accountId, id)).toMatchObject([
      {
        eventId: result.id,
        type: 'comms.test',
        status: 'failed',
        origin: 'test',
        nextAttemptAt: null,
        attempts: [
          {
            attempt: 1,
            statusCode: 410,
            code: 'http_410',
            error: 'the endpoint answered 410',
            answer: 'gone for good',
          },
        ],
      },
    ]);
    expect(
      await harness.query('SELECT active, failures, warned FROM subscriptions WHERE id = $1', [id]),
    ).toEqual([{ active: true, failures: 0, warned: 0 }]);
    expect(await harness.query('SELECT FROM waiting WHERE subscription_id = $1', [id])).toEqual([]);
  });

  it.each([
    ['other account', () => randomUUID(), (id: string) => id],
    ['unknown id', (accountId: string) => accountId, () => uuidv7()],
    ['id that is none', (accountId: string) => accountId, () => "x' OR 1=1 --"],
  ])('is a 404 for an %s', async (_name, account, subscription) => {
    const accountId = randomUUID();
    const { id } = await harness.subscribe(accountId, receiver.url);
    await expect(fireOne(account(accountId), subscription(id))).rejects.toMatchObject({ code: 'not_found' });
    expect(receiver.requests).toEqual([]);
  });
});

describe('a failure', () => {
  it.each<[string, (receiver: WebhookReceiver) => void, object]>([
    [
      'of a receiver that refuses the signature',
      (to) => to.answer((_request, response) => void response.writeHead(401).end()),
      {
        statusCode: 401,
        phase: 'status',
        code: 'http_401',
        error: 'the endpoint answered 401',
        hint: expect.stringContaining('check that it has the secret of this webhook') as unknown,
        response: { body: '' },
      },
    ],
    [
      'of a receiver that never answers',
      (to) => to.answer(() => undefined),
      {
        statusCode: null,
        phase: 'response',
        code: 'response_timeout',
        error: 'timeout: the endpoint did not finish its answer within 3 s',
        hint: 'Answer 2xx as soon as the event is stored, and do the work afterwards.',
        response: null,
      },
    ],
  ])('%s is explained, and not repeated', async (_name, prepare, explanation) => {
    const accountId = randomUUID();
    const { id } = await harness.subscribe(accountId, receiver.url, { retry: { timeoutSeconds: 3 } });
    prepare(receiver);
    const result = await fireOne(accountId, id);
    expect(result).toMatchObject({ delivered: false, ...explanation });
    expect(await logOf(accountId, id)).toMatchObject([{ status: 'failed', nextAttemptAt: null }]);
    expect(receiver.requests).toHaveLength(1);
  });

  it('of a port where nothing listens is explained', async () => {
    const accountId = randomUUID();
    const closed = await webhookReceiver();
    await closed.close();
    await harness.register(accountId, closed.url);
    expect(await fire(accountId)).toMatchObject({
      delivered: false,
      statusCode: null,
      phase: 'connect',
      code: 'ECONNREFUSED',
      error: 'the connection was refused: nothing listens at that address and port',
      hint: 'Check that the receiver is running, and that its port is open to the internet.',
      response: null,
    });
  });

  it('of a receiver that resets the connection is explained', async () => {
    const accountId = randomUUID();
    const broken = await misbehavingReceiver(resets);
    await harness.register(accountId, broken.url);
    expect(await fire(accountId)).toMatchObject({ phase: 'response', code: 'closed_early' });
    await broken.allClosed();
    await broken.close();
  });
});

it('a subscription that is deleted while it is tested leaves nothing in the log', async () => {
  const accountId = randomUUID();
  const { id } = await harness.subscribe(accountId, receiver.url);
  let finish = (): void => undefined;
  receiver.answer((_request, response) => {
    finish = () => void response.writeHead(200).end();
  });
  const testing = fireOne(accountId, id);
  await receiver.next();
  await harness.query('DELETE FROM subscriptions WHERE id = $1', [id]);
  finish();
  expect(await testing).toMatchObject({ delivered: true });
  expect(await harness.query('SELECT FROM deliveries WHERE subscription_id = $1', [id])).toEqual([]);
});
