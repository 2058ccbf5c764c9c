import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventTypes, testSubscription, type FormatName } from '@qflow/contracts';
import { mintSecret } from '@qflow/signing';
import { commsEvent, eventually, webhookReceiver } from '@qflow/testing';
import { Webhook } from 'standardwebhooks';
import { WebhooksHarness } from '../webhooks-harness.js';
import { sampleEvent } from './sample-events.js';
import {
  emailflowSample,
  qflowSample,
  sendcommsSample,
  sendcommsSampleSecret,
  type SampleReceiver,
} from './sample-receivers.js';

let harness: WebhooksHarness;

beforeAll(async () => {
  harness = await WebhooksHarness.start();
});
afterAll(() => harness.stop());

/** An event of each type, of an account of its own. */
const eventsFor = (accountId: string) =>
  eventTypes.map((type) => ({ ...sampleEvent(type), id: commsEvent().id, accountId }));

const everything = ['*', 'endpoint.*'];

const samples: [FormatName, string, (secret: string) => Promise<SampleReceiver>][] = [
  ['qflow', mintSecret('qflow'), qflowSample],
  ['sendcomms', sendcommsSampleSecret, sendcommsSample],
  ['emailflow', mintSecret('emailflow'), emailflowSample],
];

describe.each(samples)('a subscription in the format %s', (format, secret, open) => {
  it('reaches the receiver of its page with every event and with a test call', async () => {
    const receiver = await open(secret);
    try {
      const accountId = randomUUID();
      const { id } = await harness.subscribe(accountId, receiver.url, { format, secret, events: everything });
      for (const event of eventsFor(accountId)) await harness.publish(event);
      await eventually(async () => {
        const rows = await harness.query<{ status_code: number | null }>(
          'SELECT status_code FROM deliveries WHERE subscription_id = $1',
          [id],
        );
        return rows.length === eventTypes.length && rows.every(({ status_code }) => status_code === 200);
      });
      const test = await harness.rpc.ask(testSubscription, { accountId, id });
      expect(test).toMatchObject({ delivered: true, statusCode: 200, error: null });
    } finally {
      await receiver.close();
    }
  });
});

describe('a subscription in the format standard', () => {
  it('is accepted by the published library with every event, and at every attempt under the same id', async () => {
    const receiver = await webhookReceiver();
    try {
      const accountId = randomUUID();
      receiver.answer((_request, response) => void response.writeHead(503).end());
      const { secret } = await harness.subscribe(accountId, receiver.url, {
        format: 'standard',
        events: everything,
        asymmetric: true,
      });
      await harness.holdRetries(accountId);
      const events = eventsFor(accountId);
      for (const event of events) await harness.publish(event);
      await receiver.until((requests) => requests.length === events.length);
      receiver.answer((_request, response) => void response.writeHead(204).end());
      await eventually(async () => {
        await harness.makeRetriesDue();
        return receiver.requests.length === 2 * events.length;
      });
      for (const { headers, body } of receiver.requests)
        expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toMatchObject({
          type: expect.any(String),
        });
      const attempts = receiver.requests.map(({ headers }) => headers['webhook-id']).sort();
      expect(attempts).toEqual(events.flatMap(({ id }) => [id, id]).sort());
    } finally {
      await receiver.close();
    }
  });
});
