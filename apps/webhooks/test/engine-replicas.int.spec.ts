import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { commsEvent, eventually, webhookReceiver, type WebhookReceiver } from '@qflow/testing';
import { WebhooksHarness } from './webhooks-harness.js';

let harness: WebhooksHarness;
let receiver: WebhookReceiver;

beforeAll(async () => {
  harness = await WebhooksHarness.start();
  await harness.startReplica();
});
afterAll(() => harness.stop());
beforeEach(async () => {
  receiver = await webhookReceiver();
});
afterEach(() => receiver.close());

const until = (accountId: string, status: string, count: number): Promise<boolean> =>
  eventually(async () => {
    const [row] = await harness.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM deliveries WHERE account_id = $1 AND status = $2',
      [accountId, status],
    );
    return row?.count === count;
  });

const publish = async (accountId: string, count: number): Promise<string[]> => {
  const events = Array.from({ length: count }, () => commsEvent({ accountId }));
  await Promise.all(events.map((event) => harness.publish(event)));
  return events.map(({ id }) => id).sort();
};

const received = (): string[] => receiver.requests.map(({ json }) => json.id).sort();

describe('two replicas', () => {
  it('deliver each event once', async () => {
    const accountId = randomUUID();
    await harness.register(accountId, receiver.url);
    const ids = await publish(accountId, 300);
    await until(accountId, 'delivered', 300);
    await harness.eventsHandled();
    expect(received()).toEqual(ids);
  });

  it('share what is due, each delivery attempted by one of them', async () => {
    const accountId = randomUUID();
    await harness.register(accountId, receiver.url);
    await harness.holdRetries(accountId);
    receiver.answer((_request, response) => void response.writeHead(503).end());
    const ids = await publish(accountId, 100);
    await until(accountId, 'retrying', 100);
    receiver.answer((_request, response) => void response.writeHead(200).end());
    await harness.makeRetriesDue();
    await until(accountId, 'delivered', 100);
    expect(received()).toEqual([...ids, ...ids].sort());
    expect(
      await harness.query('SELECT DISTINCT attempts FROM deliveries WHERE account_id = $1', [accountId]),
    ).toEqual([{ attempts: 2 }]);
  });

  it('take over what one of them held when it died, when its claim lapses', async () => {
    const accountId = randomUUID();
    await harness.register(accountId, receiver.url);
    receiver.answer(() => {});
    const [id] = await publish(accountId, 1);
    // Claimed by one whose attempt is under way, and which will not be heard of again as far as the other one knows.
    await eventually(async () => {
      const rows = await harness.query(
        `SELECT FROM waiting JOIN deliveries ON id = delivery_id WHERE account_id = $1 AND due_at > now()`,
        [accountId],
      );
      return rows.length === 1;
    });
    receiver.answer((_request, response) => void response.writeHead(200).end());
    // Its claim lapses as often as it takes: the one that holds it knows better than to attempt it twice.
    await eventually(async () => {
      await harness.query(
        `UPDATE waiting SET due_at = now() FROM deliveries WHERE id = delivery_id AND account_id = $1`,
        [accountId],
      );
      return receiver.requests.length > 1;
    });
    await until(accountId, 'delivered', 1);
    // At least: so does a claim that lapses once more just when the attempt on it is being recorded.
    expect(new Set(received())).toEqual(new Set([id]));
    const [row] = await harness.query<{ attempts: number }>(
      'SELECT attempts FROM deliveries WHERE account_id = $1',
      [accountId],
    );
    // Either was first to tell; what the other one says then counts for nothing.
    expect(row?.attempts).toBeLessThanOrEqual(2);
  });
});
