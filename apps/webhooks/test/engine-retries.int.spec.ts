import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { deleteSubscription, updateSubscription, type DeadLetterV1, type FormatName } from '@qflow/contracts';
import { commsEvent, eventually, webhookReceiver, type WebhookReceiver } from '@qflow/testing';
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

interface Row {
  id: string;
  status: string;
  attempts: number;
  status_code: number | null;
  error: string | null;
  /** From the beginning of the latest attempt to the next one; null where none is to come. */
  wait_seconds: number | null;
  /** From now to the next one. */
  left_seconds: number | null;
  paced: boolean | null;
}

const until = (subscriptionId: string, status: string, attempts?: number): Promise<Row> =>
  eventually(async () => {
    const [row] = await harness.query<Row>(
      `SELECT id, status, attempts, status_code, error, paced,
              extract(epoch FROM due_at - attempted_at)::float8 AS wait_seconds,
              extract(epoch FROM due_at - now())::float8 AS left_seconds
         FROM deliveries LEFT JOIN waiting
           ON waiting.subscription_id = deliveries.subscription_id AND delivery_id = id
        WHERE deliveries.subscription_id = $1 AND status = $2 AND attempts = coalesce($3, attempts)`,
      [subscriptionId, status, attempts ?? null],
    );
    return row;
  });

const answer = (status: number, headers: Record<string, string> = {}): void =>
  receiver.answer((_request, response) => void response.writeHead(status, headers).end());

const subscribed = async (format: FormatName = 'qflow') => {
  const accountId = randomUUID();
  const { id } = await harness.subscribe(accountId, receiver.url, { format });
  return { accountId, id, publish: () => harness.publish(commsEvent({ accountId })) };
};

/** The same with retries that come when a spec says so. */
const held = async (format: FormatName = 'qflow') => {
  const made = await subscribed(format);
  await harness.holdRetries(made.accountId);
  return made;
};

const waitingOf = (id: string) => harness.query('SELECT FROM waiting WHERE subscription_id = $1', [id]);

describe('a retry', () => {
  it.each<[FormatName, number, number]>([
    ['qflow', 503, 5],
    ['sendcomms', 503, 5],
    ['standard', 404, 5],
    ['emailflow', 404, 30],
  ])(
    'in format %s, after %i, comes after %i seconds, give or take a tenth',
    async (format, status, seconds) => {
      const { id, publish } = await subscribed(format);
      answer(status);
      await publish();
      const { wait_seconds: wait, left_seconds: left, paced } = await until(id, 'retrying');
      // It counts from when the attempt is recorded, however long that and looking at it here have taken.
      expect(wait).toBeGreaterThanOrEqual(seconds * 0.9);
      expect(left).toBeLessThanOrEqual(seconds * 1.1);
      expect(paced).toBe(false);
    },
  );

  it('waits as long as Retry-After says', async () => {
    const { id, publish } = await subscribed();
    answer(429, { 'Retry-After': '120' });
    await publish();
    const { wait_seconds: wait, left_seconds: left } = await until(id, 'retrying');
    expect(wait).toBeGreaterThanOrEqual(120);
    expect(left).toBeLessThanOrEqual(120);
  });

  it('keeps every attempt: the latest in its row, the earlier ones beside it', async () => {
    const { id, publish } = await held();
    receiver.answer(
      (_request, response) =>
        void response.writeHead(500 + receiver.requests.length).end(`no. ${receiver.requests.length}`),
    );
    await publish();
    for (const attempts of [1, 2]) {
      await until(id, 'retrying', attempts);
      await harness.makeRetriesDue();
    }
    const { id: deliveryId, status_code: latest } = await until(id, 'retrying', 3);
    expect(latest).toBe(503);
    expect(
      await harness.query(
        'SELECT attempt, status_code, error_code, answer FROM attempts WHERE delivery_id = $1 ORDER BY attempt',
        [deliveryId],
      ),
    ).toEqual([
      { attempt: 1, status_code: 501, error_code: 'http_501', answer: 'no. 1' },
      { attempt: 2, status_code: 502, error_code: 'http_502', answer: 'no. 2' },
    ]);
  });

  it('follows the rules of the subscription as they are then', async () => {
    const { accountId, id, publish } = await held();
    answer(500);
    await publish();
    await until(id, 'retrying');
    await harness.rpc.ask(updateSubscription, { accountId, id, retry: { delaysSeconds: [5] } });
    await harness.makeRetriesDue();
    expect(await until(id, 'dead')).toMatchObject({ attempts: 2 });
  });
});

describe('the end of a schedule', () => {
  it('makes a delivery dead however few attempts were made', async () => {
    const { id, publish } = await held();
    answer(500);
    await publish();
    const { id: deliveryId } = await until(id, 'retrying');
    await harness.query(
      `UPDATE waiting SET due_at = now(), expires_at = now() - interval '1 second' WHERE delivery_id = $1`,
      [deliveryId],
    );
    expect(await until(id, 'dead')).toMatchObject({ attempts: 2, wait_seconds: null });
    const letter = await eventually(async () =>
      (await harness.platform.messages.inStream<DeadLetterV1>('DEAD')).find(({ body }) =>
        body.includes(deliveryId),
      ),
    );
    expect(letter).toMatchObject({
      origin: 'webhooks',
      subject: 'comms.delivered',
      reason: expect.stringMatching(/^2 attempts failed, the last one: .*500/) as unknown,
    });
  });
});

describe('410 Gone', () => {
  it('is final in every format, and disables the subscription', async () => {
    const { id, publish } = await held('emailflow');
    answer(410);
    await publish();
    expect(await until(id, 'failed')).toMatchObject({ attempts: 1, wait_seconds: null });
    expect(
      await harness.query('SELECT active, disabled_reason FROM subscriptions WHERE id = $1', [id]),
    ).toEqual([{ active: false, disabled_reason: 'gone' }]);
    await publish();
    expect(await until(id, 'skipped')).toMatchObject({ attempts: 0, wait_seconds: null });
    expect(receiver.requests).toHaveLength(1);
  });
});

describe('a subscription that changes while a delivery waits', () => {
  it('and is disabled, has it skipped', async () => {
    const { accountId, id, publish } = await held();
    answer(500);
    await publish();
    await until(id, 'retrying');
    await harness.rpc.ask(updateSubscription, { accountId, id, active: false });
    await harness.makeRetriesDue();
    expect(await until(id, 'skipped')).toMatchObject({ attempts: 1, wait_seconds: null });
    expect(receiver.requests).toHaveLength(1);
  });

  it('and is deleted, has it forgotten', async () => {
    const { accountId, id, publish } = await held();
    answer(500);
    await publish();
    await until(id, 'retrying');
    await harness.rpc.ask(deleteSubscription, { accountId, id });
    await harness.makeRetriesDue();
    await eventually(async () => (await waitingOf(id)).length === 0);
    expect(receiver.requests).toHaveLength(1);
  });

  it('or is not there at all, leaves nothing waiting', async () => {
    const id = randomUUID();
    await harness.query(
      `INSERT INTO waiting (subscription_id, delivery_id, due_at, paced, expires_at)
       VALUES ($1, gen_random_uuid(), now(), false, now() + interval '1 hour')`,
      [id],
    );
    await eventually(async () => (await waitingOf(id)).length === 0);
  });
});

describe('a secret that cannot be read', () => {
  it('has its deliveries wait, without an attempt, and nobody else is held up', async () => {
    const broken = await held();
    const healthy = await held();
    await harness.query(`UPDATE subscriptions SET secret = 'k9.AAAA' WHERE id = $1`, [broken.id]);
    await broken.publish();
    await healthy.publish();
    await until(healthy.id, 'delivered');
    expect(await until(broken.id, 'pending')).toMatchObject({ attempts: 0 });
    expect(await waitingOf(broken.id)).toHaveLength(1);
    await harness.eventsHandled();
  });
});
