import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  commsEventSubject,
  deleteSubscription,
  deleteWebhook,
  listSendDeliveries,
  rotateWebhook,
  testWebhook,
  type DeadLetterV1,
} from '@qflow/contracts';
import { verifyQflow } from '@qflow/signing';
import {
  commsEvent,
  dnsServer,
  eventually,
  webhookReceiver,
  type DnsServer,
  type ReceivedRequest,
  type WebhookReceiver,
} from '@qflow/testing';
import { v7 as uuidv7 } from 'uuid';
import { WebhooksHarness } from './webhooks-harness.js';

let dns: DnsServer;
let harness: WebhooksHarness;
let receiver: WebhookReceiver;

beforeAll(async () => {
  // One that knows no names; that of the machine may not be there at all.
  dns = await dnsServer();
  harness = await WebhooksHarness.start({ WEBHOOK_DNS_SERVERS: dns.address });
});
afterAll(async () => {
  await harness.stop();
  await dns.close();
});
beforeEach(async () => {
  receiver = await webhookReceiver();
});
afterEach(() => receiver.close());

const verified = (request: ReceivedRequest, secret: string): boolean =>
  verifyQflow({ secret, header: request.headers['x-qflow-signature'], body: request.body }).valid;

const delivery = (eventId: string, status: string, attempts?: number) =>
  eventually(async () => {
    const [row] = await harness.query<{ attempts: number; error: string; status_code: number }>(
      `SELECT attempts, error, status_code FROM deliveries
        WHERE event_id = $1 AND status = $2 AND attempts = coalesce($3, attempts)`,
      [eventId, status, attempts ?? null],
    );
    return row;
  });

describe('an event on the stream', () => {
  it('reaches the receiver signed, byte for byte as documented', async () => {
    const accountId = randomUUID();
    const { secret } = await harness.register(accountId, receiver.url);
    const event = commsEvent({ accountId });
    await harness.publish(event);

    const request = await receiver.next();
    expect(verified(request, secret)).toBe(true);
    expect(request.headers['x-qflow-webhook-id']).toBe(event.id);
    expect(request.headers['x-qflow-event']).toBe('comms.delivered');
    expect(request.headers['content-type']).toBe('application/json');
    const { id, type, createdAt, data } = event;
    expect(request.body.toString()).toBe(JSON.stringify({ id, type, createdAt, data }));
    expect(await delivery(event.id, 'delivered')).toMatchObject({ attempts: 1, status_code: 200 });
  });

  it('is delivered once, however often the stream delivers it', async () => {
    const accountId = randomUUID();
    await harness.register(accountId, receiver.url);
    const event = commsEvent({ accountId });
    await Promise.all([1, 2, 3].map((n) => harness.publish(event, `copy-${n}-${event.id}`)));
    await delivery(event.id, 'delivered');
    await harness.eventsHandled();

    expect(receiver.requests.map(({ json }) => json.id)).toEqual([event.id]);
    expect(await harness.query('SELECT attempts FROM deliveries WHERE event_id = $1', [event.id])).toEqual([
      { attempts: 1 },
    ]);
  });

  it('goes to nobody where the account has no webhook, and never to another account', async () => {
    const other = randomUUID();
    await harness.register(other, receiver.url);
    await harness.publish(commsEvent());
    const own = commsEvent({ accountId: other });
    await harness.publish(own);

    await receiver.next(({ json }) => json.id === own.id);
    expect(receiver.requests).toHaveLength(1);
  });

  it('that nobody can read is kept on DEAD with the reason', async () => {
    await harness.platform.messages.publish(commsEventSubject(randomUUID(), 'comms.sent'), {
      kind: 'comms.event',
      version: 2,
    });
    const letter = await eventually(async () =>
      (await harness.platform.messages.inStream<DeadLetterV1>('DEAD')).find(
        ({ origin }) => origin === 'EVENTS',
      ),
    );
    expect(letter.reason).toBe('version 2 of comms.event is unknown, expected 1');
    expect(JSON.parse(letter.body)).toEqual({ kind: 'comms.event', version: 2 });
  });
});

describe('a receiver that fails', () => {
  it('gets the same id again, newly signed, until it takes it', async () => {
    const accountId = randomUUID();
    const { secret } = await harness.register(accountId, receiver.url);
    await harness.holdRetries(accountId);
    receiver.answer(
      (_request, response) => void response.writeHead(receiver.requests.length < 3 ? 503 : 200).end(),
    );
    const event = commsEvent({ accountId });
    await harness.publish(event);
    for (const count of [1, 2]) {
      await delivery(event.id, 'retrying', count);
      await harness.makeRetriesDue();
    }

    expect(await delivery(event.id, 'delivered')).toMatchObject({ attempts: 3 });
    expect(receiver.requests.map(({ json }) => json.id)).toEqual([event.id, event.id, event.id]);
    expect(receiver.requests.every((request) => verified(request, secret))).toBe(true);
  });

  it('keeps its schedule over a restart', async () => {
    const accountId = randomUUID();
    await harness.register(accountId, receiver.url);
    await harness.holdRetries(accountId);
    receiver.answer((_request, response) => void response.writeHead(500).end('broken'));
    const event = commsEvent({ accountId });
    await harness.publish(event);
    await delivery(event.id, 'retrying');
    await harness.stopReplica();
    receiver.answer((_request, response) => void response.writeHead(204).end());
    await harness.startReplica();
    await harness.makeRetriesDue();

    expect(await delivery(event.id, 'delivered')).toMatchObject({ attempts: 2, status_code: 204 });
  });

  it('is not asked again after an answer that will not change', async () => {
    const accountId = randomUUID();
    await harness.register(accountId, receiver.url);
    receiver.answer((_request, response) => void response.writeHead(401).end());
    const event = commsEvent({ accountId });
    await harness.publish(event);
    expect(await delivery(event.id, 'failed')).toMatchObject({
      attempts: 1,
      error: 'the endpoint answered 401',
    });
  });

  it('is given up after ten attempts, visibly', async () => {
    const accountId = randomUUID();
    await harness.register(accountId, receiver.url);
    await harness.holdRetries(accountId);
    receiver.answer((_request, response) => void response.writeHead(500).end());
    const event = commsEvent({ accountId });
    await harness.publish(event);
    await delivery(event.id, 'retrying');
    await harness.query(`UPDATE deliveries SET attempts = 9 WHERE event_id = $1`, [event.id]);
    await harness.makeRetriesDue();

    expect(await delivery(event.id, 'dead')).toMatchObject({ attempts: 10 });
    const letter = await eventually(async () =>
      (await harness.platform.messages.inStream<DeadLetterV1>('DEAD')).find(({ body }) =>
        body.includes(event.id),
      ),
    );
    expect(letter.reason).toBe('10 attempts failed, the last one: the endpoint answered 500');
  });

  it('that says 410 is disabled; later events are logged as skipped', async () => {
    const accountId = randomUUID();
    await harness.register(accountId, receiver.url);
    receiver.answer((_request, response) => void response.writeHead(410).end());
    const [first, second] = [commsEvent({ accountId }), commsEvent({ accountId })];
    await harness.publish(first);
    await delivery(first.id, 'failed');
    await harness.publish(second);
    await delivery(second.id, 'skipped');
    expect(receiver.requests).toHaveLength(1);
  });

  it('that never answers holds up nobody else', async () => {
    const [hanging, healthy] = [randomUUID(), randomUUID()];
    const silent = await webhookReceiver();
    silent.answer(() => {});
    // As long as there is.
    const { id } = await harness.subscribe(hanging, silent.url, { retry: { timeoutSeconds: 20 } });
    await harness.register(healthy, receiver.url);
    await Promise.all(Array.from({ length: 200 }, () => harness.publish(commsEvent({ accountId: hanging }))));
    const event = commsEvent({ accountId: healthy });
    await harness.publish(event);

    // Before the first of the hanging ones has run into its time-out.
    await receiver.next();
    const [timedOut] = await harness.query<{ count: string }>(
      `SELECT count(*) FROM deliveries WHERE account_id = $1 AND attempts > 0`,
      [hanging],
    );
    expect(Number(timedOut?.count)).toBe(0);
    await harness.rpc.ask(deleteSubscription, { accountId: hanging, id });
    await silent.close();
  });
});

describe('a claim whose process died', () => {
  it('lapses, and the delivery is attempted by whoever is there', async () => {
    const accountId = randomUUID();
    const { secret } = await harness.register(accountId, receiver.url);
    const event = commsEvent({ accountId });
    await harness.query(
      `WITH held AS (
         INSERT INTO deliveries (id, subscription_id, account_id, event_id, event_type, body, status, created_at)
         SELECT $5, id, account_id, $2, $3, $4, 'pending', now() FROM subscriptions WHERE account_id = $1
         RETURNING id, subscription_id)
       INSERT INTO waiting (subscription_id, delivery_id, due_at, paced, expires_at)
       SELECT subscription_id, id, now(), false, now() + interval '1 day' FROM held`,
      [accountId, event.id, event.type, JSON.stringify({ id: event.id }), uuidv7()],
    );
    const request = await receiver.next();
    expect(request.json.id).toBe(event.id);
    expect(verified(request, secret)).toBe(true);
  });
});

describe('the secret', () => {
  it('changes at once, for queued deliveries too', async () => {
    const accountId = randomUUID();
    const { secret: old } = await harness.register(accountId, receiver.url);
    await harness.holdRetries(accountId);
    receiver.answer(
      (_request, response) => void response.writeHead(receiver.requests.length === 1 ? 500 : 200).end(),
    );
    const event = commsEvent({ accountId });
    await harness.publish(event);
    await delivery(event.id, 'retrying');
    const { secret } = await harness.rpc.ask(rotateWebhook, { accountId });
    await harness.makeRetriesDue();
    await receiver.until((requests) => requests.length === 2);

    const [before, after] = receiver.requests as [ReceivedRequest, ReceivedRequest];
    expect(secret).toMatch(/^[0-9a-f]{64}$/);
    expect([verified(before, old), verified(before, secret)]).toEqual([true, false]);
    expect([verified(after, old), verified(after, secret)]).toEqual([false, true]);
  });

  it('is stored encrypted', async () => {
    const accountId = randomUUID();
    const { secret } = await harness.register(accountId, receiver.url);
    const [row] = await harness.query<{ secret: string }>(
      'SELECT secret FROM subscriptions WHERE account_id = $1',
      [accountId],
    );
    expect(row?.secret).toMatch(/^k1\./);
    expect(row?.secret).not.toContain(secret);
  });
});

describe('registration', () => {
  it.each([
    ['http://93.184.216.34/hook', 'must start with https://'],
    ['https://10.0.0.8/hook', 'leads to 10.0.0.8, which is not on the public internet'],
    ['https://[::ffff:169.254.169.254]/', 'which is not on the public internet'],
    ['https://user:secret@example.com/', 'must not hold a user name or a password'],
    ['ftp://example.com/', 'must start with https://'],
    ['nonsense', 'must be a full URL'],
    ['https://nobody.invalid/hook', 'has a host name that does not resolve'],
  ])('refuses %s', async (url, message) => {
    const accountId = randomUUID();
    await expect(harness.register(accountId, url)).rejects.toMatchObject({
      code: 'validation_error',
      extras: { errors: [{ path: '/url', message: expect.stringContaining(message) as unknown }] },
    });
    expect(await harness.query('SELECT FROM subscriptions WHERE account_id = $1', [accountId])).toEqual([]);
  });

  it('deletes deliveries and log with the webhook', async () => {
    const accountId = randomUUID();
    await harness.register(accountId, receiver.url);
    const event = commsEvent({ accountId });
    await harness.publish(event);
    await delivery(event.id, 'delivered');
    await harness.rpc.ask(deleteWebhook, { accountId });
    const after = commsEvent({ accountId });
    await harness.publish(after);
    await harness.eventsHandled();
    await expect(harness.rpc.ask(testWebhook, { accountId })).rejects.toMatchObject({ code: 'not_found' });
    await eventually(
      async () =>
        (await harness.query('SELECT FROM deliveries WHERE account_id = $1', [accountId])).length === 0,
    );
    expect(receiver.requests.map(({ json }) => json.id)).toEqual([event.id]);
  });
});

describe("a send's deliveries", () => {
  it('are listed attempt by attempt, for its own account only', async () => {
    const accountId = randomUUID();
    await harness.register(accountId, receiver.url);
    const event = commsEvent({ accountId });
    await harness.publish(event);
    await delivery(event.id, 'delivered');
    const sendId = event.data.attendeeInvitationId as string;
    expect(await harness.rpc.ask(listSendDeliveries, { accountId, sendId })).toMatchObject([
      { source: 'webhook', what: 'comms.delivered', detail: 'attempt 1: answered 200' },
    ]);
    expect(await harness.rpc.ask(listSendDeliveries, { accountId: randomUUID(), sendId })).toEqual([]);
  });
});

describe('NATS going away', () => {
  it('is survived: what was published arrives, and so does what comes after', async () => {
    const accountId = randomUUID();
    await harness.register(accountId, receiver.url);
    const [before, after] = [commsEvent({ accountId }), commsEvent({ accountId })];
    await harness.publish(before);
    await harness.platform.nats.kill();
    await harness.platform.nats.restart();
    await eventually(() =>
      harness.publish(after).then(
        () => true,
        () => false,
      ),
    );
    await receiver.until((all) => [before, after].every(({ id }) => all.some(({ json }) => json.id === id)));
  });
});
