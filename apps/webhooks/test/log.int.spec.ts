import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deliveryStatuses, type DeliveryView, type EventType } from '@qflow/contracts';
import { jsonBytes, maxAnswerBytes } from '@qflow/messaging';
import { createDayPartitions, dropOldPartitions, encodeCursor } from '@qflow/persistence';
import { logTables } from '../src/deliveries/log-tables.js';
import { getDelivery } from '../src/log/get-delivery.js';
import { listDeliveries, type ListDeliveries } from '../src/log/list-deliveries.js';
import { sendDeliveries } from '../src/log/send-deliveries.js';
import { subscriptionStats } from '../src/log/subscription-stats.js';
import { cancelReplay } from '../src/replay/cancel-replay.js';
import { listReplays } from '../src/replay/list-replays.js';
import { retryDelivery } from '../src/replay/retry-delivery.js';
import { startReplay } from '../src/replay/start-replay.js';
import { idAt, LogFixture, type LoggedDelivery } from './log-fixture.js';

let log: LogFixture;
let accountId: string;

beforeAll(async () => {
  log = await LogFixture.start();
  ({ accountId } = log);
});
afterAll(() => log?.stop());

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const ago = (ms: number): number => Date.now() - ms;
const iso = (time: number): string => new Date(time).toISOString();

const everything = { status: null, type: null, since: null, until: null, after: null, limit: 50 };
const list = (subscriptionId: string, asked: Partial<ListDeliveries> = {}) =>
  listDeliveries(log.dataSource, { accountId, subscriptionId, ...everything, ...asked });

async function allPages(subscriptionId: string, asked: Partial<ListDeliveries> = {}) {
  const pages: DeliveryView[][] = [];
  for (let after: string | null = null; ;) {
    const page = await list(subscriptionId, { ...asked, after });
    pages.push(page.items);
    if (page.next === null) return pages;
    after = page.next;
  }
}

const idsOf = (items: readonly { id: string }[]): string[] => items.map(({ id }) => id);
const newestFirst = (rows: readonly LoggedDelivery[]): string[] => idsOf(rows).sort().reverse();

describe('the log of a webhook', () => {
  const types: EventType[] = ['comms.sent', 'comms.delivered', 'comms.bounced', 'contact.subscribed'];
  const times = [1, 2, 3].map((days) => ago(days * dayMs));

  it('answers every filter as it was asked, page by page, each delivery once', async () => {
    const subscriptionId = await log.subscription();
    const rows = await log.log(
      subscriptionId,
      ...types.flatMap((event_type, a) =>
        deliveryStatuses.flatMap((status, b) =>
          times.flatMap((time, c) =>
            // Some pairs of type and status are there often, some never.
            Array.from({ length: (a + b + c) % 4 }, (_, index) => ({
              event_type,
              status,
              time: time + index,
            })),
          ),
        ),
      ),
    );
    await log.log(await log.subscription(), ...types.map((event_type) => ({ event_type })));
    const ranges = [
      [null, null],
      [times[1], null],
      [null, times[0]],
      [times[2], times[1]],
      [ago(minuteMs), null],
    ];
    for (const status of [null, ...deliveryStatuses])
      for (const type of [null, ...types, 'comms.clicked' as const])
        for (const [since = null, until = null] of ranges) {
          const pages = await allPages(subscriptionId, {
            status,
            type,
            since: since === null ? null : iso(since),
            until: until === null ? null : iso(until),
            limit: 7,
          });
          const fitting = rows.filter(
            (row) =>
              (status === null || row.status === status) &&
              (type === null || row.event_type === type) &&
              (since === null || row.time >= since) &&
              (until === null || row.time < until),
          );
          expect(idsOf(pages.flat())).toEqual(newestFirst(fitting));
          expect(pages.every(({ length }) => length <= 7)).toBe(true);
        }
  });

  it('moves nothing when deliveries come between two pages, late ones included', async () => {
    const subscriptionId = await log.subscription();
    const rows = await log.log(
      subscriptionId,
      ...Array.from({ length: 9 }, (_, n) => ({ time: ago(n * minuteMs) })),
    );
    const [first, second] = [newestFirst(rows).slice(0, 4), newestFirst(rows).slice(4, 8)];
    const one = await list(subscriptionId, { limit: 4 });
    const [newer] = await log.log(subscriptionId, { time: Date.now() + 1 });
    const [late] = await log.log(subscriptionId, { time: ago(7.5 * minuteMs) });
    const two = await list(subscriptionId, { limit: 4, after: one.next });
    const three = await list(subscriptionId, { limit: 4, after: two.next });
    expect(idsOf(one.items)).toEqual(first);
    expect(idsOf(two.items)).toEqual([...second]);
    expect(idsOf(three.items)).toEqual([late?.id, newestFirst(rows).at(8)]);
    expect(three.next).toBeNull();
    expect(idsOf((await list(subscriptionId, { limit: 1 })).items)).toEqual([newer?.id]);
  });

  it('shows each attempt, oldest first, and when the next one comes', async () => {
    const subscriptionId = await log.subscription('standard');
    const due = new Date(Date.now() + 5 * minuteMs);
    const [original, waiting, skipped, pending] = (await log.log(
      subscriptionId,
      { status: 'dead', attempts: 3, time: ago(4000), answer: 'sorry', send_id: randomUUID() },
      { status: 'retrying', time: ago(3000), error_code: 'ECONNREFUSED', status_code: null, answer: null },
      { status: 'skipped', time: ago(2000) },
      { status: 'pending', time: ago(1000) },
    )) as [LoggedDelivery, LoggedDelivery, LoggedDelivery, LoggedDelivery];
    await log.wait(subscriptionId, [waiting.id], due);
    const { items } = await list(subscriptionId);
    expect(idsOf(items)).toEqual(idsOf([pending, skipped, waiting, original]));
    expect(items[3]).toEqual({
      id: original.id,
      eventId: original.event_id,
      type: 'comms.delivered',
      status: 'dead',
      origin: 'event',
      replayOf: null,
      recoveredAt: null,
      attendeeInvitationId: original.send_id,
      correlationId: 'order-123',
      created: iso(original.time),
      nextAttemptAt: null,
      attempts: [
        ...[1, 2].map((attempt) => ({
          attempt,
          at: iso(original.time - (3 - attempt) * minuteMs),
          durationMs: 12,
          statusCode: 503,
          code: 'http_503',
          error: 'the endpoint answered 503',
          answer: 'sorry',
        })),
        {
          attempt: 3,
          at: iso(original.time),
          durationMs: 25,
          statusCode: 500,
          code: 'http_500',
          error: 'the endpoint answered 500',
          answer: 'sorry',
        },
      ],
    });
    expect(items[2]).toMatchObject({
      status: 'retrying',
      nextAttemptAt: due.toISOString(),
      attempts: [{ attempt: 1, statusCode: null, code: 'ECONNREFUSED', answer: null }],
    });
    expect(items.slice(0, 2).map(({ attempts }) => attempts)).toEqual([[], []]);
    expect(await getDelivery(log.sql, { accountId, subscriptionId, id: original.id })).toEqual({
      ...items[3],
      body: original.body,
    });
  });

  it('cuts a page short where one answer cannot hold it, and goes on from there', async () => {
    const subscriptionId = await log.subscription();
    const rows = await log.log(
      subscriptionId,
      ...Array.from({ length: 120 }, (_, n) => ({
        status: 'dead' as const,
        attempts: 10,
        answer: '\\"'.repeat(1_000),
        time: ago(n * 1000),
      })),
    );
    const pages: DeliveryView[][] = [];
    for (let after: string | null = null; ;) {
      const page = await list(subscriptionId, { limit: 200, after });
      expect(jsonBytes(page)).toBeLessThan(maxAnswerBytes + 1_000);
      pages.push(page.items);
      if (page.next === null) break;
      after = page.next;
    }
    expect(pages.length).toBeGreaterThan(3);
    expect(idsOf(pages.flat())).toEqual(newestFirst(rows));
  });

  it.each([
    ['/after', 'nonsense', { after: 'nonsense' }],
    ['/after', 'the cursor of a list of another order', { after: encodeCursor(['42']) }],
    ['/after', 'a cursor with too much in it', { after: encodeCursor([randomUUID(), randomUUID()]) }],
    ['/after', 'a cursor with SQL in it', { after: encodeCursor([`${randomUUID()}' OR true --`]) }],
    ['/after', 'huge', { after: 'A'.repeat(200_000) }],
    ['/since', 'a word', { since: 'yesterday' }],
    ['/until', 'no day of any year', { until: '2026-13-45T00:00:00Z' }],
  ])('refuses a request whose %s is %s', async (path, _what, asked) => {
    await expect(list(await log.subscription(), asked)).rejects.toMatchObject({
      code: 'validation_error',
      extras: { errors: [{ path }] },
    });
  });

  it.each([
    ['the highest id', { after: encodeCursor(['ffffffff-ffff-ffff-ffff-ffffffffffff']) }, 1],
    ['the lowest id', { after: encodeCursor(['00000000-0000-0000-0000-000000000000']) }, 0],
    ['the beginning of time', { since: '-271821-04-20T00:00:00Z' }, 1],
    ['the end of time', { until: '+275760-09-13T00:00:00Z' }, 1],
    ['a range that ends before it begins', { since: iso(Date.now()), until: iso(ago(dayMs)) }, 0],
  ])('takes %s for what it is', async (_what, asked, expected) => {
    const subscriptionId = await log.subscription();
    await log.log(subscriptionId, {});
    const page = await list(subscriptionId, asked);
    expect([page.items.length, page.next]).toEqual([expected, null]);
  });
});

describe("somebody else's webhook", () => {
  it('cannot be told from one that is not there, whatever is asked', async () => {
    const foreign = await log.subscription('qflow', randomUUID());
    const deleted = await log.subscription();
    await log.sql('UPDATE subscriptions SET deleted_at = now() WHERE id = $1', [deleted]);
    const [theirs] = await log.log(foreign, { status: 'dead' });
    const id = theirs?.id ?? '';
    const own = await log.subscription();
    const since = iso(ago(dayMs));
    const refusals = await Promise.all(
      [foreign, deleted, randomUUID(), 'nonsense', `${own}' --`].flatMap((subscriptionId) => {
        const of = { accountId, subscriptionId };
        return [
          list(subscriptionId),
          getDelivery(log.sql, { ...of, id }),
          subscriptionStats(log.dataSource, { ...of, since: null }),
          retryDelivery(log.sql, { ...of, id, newId: idAt(Date.now()) }),
          startReplay(log.sql, { ...of, id: randomUUID(), since, until: null, status: null }),
          listReplays(log.sql, of),
          cancelReplay(log.sql, { ...of, id: randomUUID() }),
        ].map((asked) =>
          asked.then(
            () => 'answered',
            (error: unknown) => String(error),
          ),
        );
      }),
    );
    expect(new Set(refusals)).toEqual(
      new Set(['CodedError: not_found: There is no such webhook in this account.']),
    );
    expect(await log.sql('SELECT FROM replays')).toEqual([]);
  });

  it.each([
    ['unknown', randomUUID()],
    ['nonsense', "' OR true"],
    ["another webhook's", 'theirs'],
  ])('has no delivery to show: %s id', async (_what, given) => {
    const subscriptionId = await log.subscription();
    const [theirs] = await log.log(await log.subscription(), {});
    const id = given === 'theirs' ? (theirs?.id ?? '') : given;
    const of = { accountId, subscriptionId, id };
    const refusal = {
      code: 'not_found',
      detail: 'There is no such delivery in the log of this webhook.',
    };
    await expect(getDelivery(log.sql, of)).rejects.toMatchObject(refusal);
    await expect(retryDelivery(log.sql, { ...of, newId: idAt(Date.now()) })).rejects.toMatchObject(refusal);
  });
});

describe('statistics', () => {
  const stats = (subscriptionId: string, since: string | null = null) =>
    subscriptionStats(log.dataSource, { accountId, subscriptionId, since });

  it('add up the last day', async () => {
    const subscriptionId = await log.subscription();
    const delivered = Array.from({ length: 100 }, (_, n) => ({ duration_ms: n + 1, time: ago(n * 1000) }));
    const [, , late] = await log.log(
      subscriptionId,
      { status: 'dead', attempts: 10, duration_ms: null, time: ago(dayMs - minuteMs) },
      { status: 'failed', attempts: 1, duration_ms: null, time: ago(10 * minuteMs) },
      { status: 'retrying', attempts: 2, duration_ms: null, time: ago(5 * minuteMs), status_code: null },
      { status: 'skipped' },
      { status: 'delivered', event_type: 'comms.test', origin: 'test', duration_ms: 30_000 },
      { status: 'dead', time: ago(dayMs + minuteMs) },
      ...delivered,
    );
    await log.wait(subscriptionId, [late?.id ?? ''], new Date());
    const answer = await stats(subscriptionId);
    expect(answer).toMatchObject({
      deliveries: 104,
      truncated: false,
      byStatus: { pending: 0, retrying: 1, delivered: 100, failed: 1, dead: 1, skipped: 1 },
      successRate: 100 / 102,
      latencyMs: { p50: 50.5, p95: 95.05, p99: 99.01 },
      attemptsPerDelivery: expect.closeTo(111 / 102) as unknown,
      waiting: 1,
      lastError: { at: iso(late?.time ?? 0), code: 'http_500', statusCode: null },
    });
    expect(Date.parse(answer.until) - Date.parse(answer.since)).toBe(dayMs);
    expect(await stats(subscriptionId, iso(ago(2 * dayMs)))).toMatchObject({ deliveries: 105 });
  });

  it('tell of an error that a retry has made good', async () => {
    const subscriptionId = await log.subscription();
    const [row] = await log.log(subscriptionId, { attempts: 2, time: ago(1000) }, { time: ago(500) });
    expect((await stats(subscriptionId)).lastError).toEqual({
      at: iso((row?.time ?? 0) - minuteMs),
      code: 'http_503',
      error: 'the endpoint answered 503',
      statusCode: 503,
    });
  });

  it('are empty where there is nothing, without a rate out of nothing', async () => {
    expect(await stats(await log.subscription())).toMatchObject({
      deliveries: 0,
      truncated: false,
      byStatus: Object.fromEntries(deliveryStatuses.map((status) => [status, 0])),
      successRate: null,
      latencyMs: null,
      attemptsPerDelivery: null,
      waiting: 0,
      lastError: null,
    });
  });

  it('stop at the newest 5,000 and say so', async () => {
    const subscriptionId = await log.subscription();
    await log.sql(
      `INSERT INTO deliveries (id, subscription_id, account_id, event_id, event_type, body, status, attempts, created_at)
       SELECT uuidv7(-n * interval '1 second'), $1, $2, uuidv7(), 'comms.sent', '{}',
              CASE WHEN n > 5000 THEN 'dead' ELSE 'delivered' END, 1, now() FROM generate_series(1, 5050) AS n`,
      [subscriptionId, accountId],
    );
    const answer = await stats(subscriptionId);
    expect(answer).toMatchObject({
      deliveries: 5_000,
      truncated: true,
      byStatus: { dead: 0 },
      successRate: 1,
    });
    const reach = Date.parse(answer.until) - Date.parse(answer.since);
    expect(Math.abs(reach - 5_000_000)).toBeLessThan(minuteMs);
  });

  it.each([
    ['must be a time', 'sometime'],
    ['must be within the last 30 days', iso(ago(32 * dayMs))],
    ['must not be in the future', iso(Date.now() + dayMs)],
  ])('say that /since %s', async (message, since) => {
    await expect(stats(await log.subscription(), since)).rejects.toMatchObject({
      code: 'validation_error',
      extras: { errors: [{ path: '/since', message: expect.stringContaining(message) as unknown }] },
    });
  });
});

describe("a send's deliveries", () => {
  it('are told attempt by attempt, to its own account, without deleted webhooks', async () => {
    const [one, two, gone] = await Promise.all([log.subscription(), log.subscription(), log.subscription()]);
    const time = ago(10 * minuteMs);
    const send_id = idAt(time - minuteMs);
    await log.log(one, { send_id, attempts: 2, time: time + minuteMs, event_type: 'comms.sent' });
    await log.log(one, { send_id, status: 'pending', time }, { send_id: idAt(time), time });
    await log.log(two, { send_id, origin: 'replay', status: 'failed', time: time + 2 * minuteMs });
    await log.log(gone, { send_id, time });
    await log.sql('UPDATE subscriptions SET deleted_at = now() WHERE id = $1', [gone]);
    expect(await sendDeliveries(log.sql, accountId, send_id)).toEqual([
      {
        at: iso(time),
        source: 'webhook',
        what: 'comms.sent',
        detail: 'attempt 1: the endpoint answered 503',
      },
      { at: iso(time + minuteMs), source: 'webhook', what: 'comms.sent', detail: 'attempt 2: answered 200' },
      {
        at: iso(time + 2 * minuteMs),
        source: 'webhook',
        what: 'comms.delivered',
        detail: 'replay, attempt 1: the endpoint answered 500',
      },
    ]);
    expect(await sendDeliveries(log.sql, randomUUID(), send_id)).toEqual([]);
  });

  it('are found for an id without a time too, and nonsense has none', async () => {
    const send_id = randomUUID();
    await log.log(await log.subscription(), { send_id, time: ago(20 * dayMs) });
    expect(await sendDeliveries(log.sql, accountId, send_id)).toHaveLength(1);
    expect(await sendDeliveries(log.sql, accountId, 'nonsense')).toEqual([]);
  });
});

describe('a day that is past its time', () => {
  it('is dropped with its payloads and its attempts, and nothing else', async () => {
    const subscriptionId = await log.subscription();
    const [old, young] = (await log.log(
      subscriptionId,
      { status: 'dead', attempts: 3, time: ago(29 * dayMs), body: '{"secret":"of an old day"}' },
      { status: 'dead', attempts: 3, time: ago(20 * dayMs) },
    )) as [LoggedDelivery, LoggedDelivery];
    const later = Date.now() + 3 * dayMs;
    for (const table of logTables) {
      await createDayPartitions(log.sql, table, later);
      expect(await dropOldPartitions(log.sql, table, later)).not.toEqual([]);
    }
    const of = { accountId, subscriptionId };
    expect(idsOf((await list(subscriptionId, { status: 'dead' })).items)).toEqual([young.id]);
    await expect(getDelivery(log.sql, { ...of, id: old.id })).rejects.toMatchObject({ code: 'not_found' });
    expect((await getDelivery(log.sql, { ...of, id: young.id })).attempts).toHaveLength(3);
    expect(await log.sql('SELECT FROM deliveries WHERE body LIKE $1', ['%old day%'])).toEqual([]);
    expect(await log.sql('SELECT FROM attempts WHERE delivery_id = $1', [old.id])).toEqual([]);
  });
});
