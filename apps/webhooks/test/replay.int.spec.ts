import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DeliveryStatus } from '@qflow/contracts';
import { inTransaction } from '@qflow/persistence';
import { claimDue } from '../src/deliveries/claim-due.js';
import { releaseClaims } from '../src/deliveries/release-claims.js';
import { policyOf, scheduleMs } from '../src/dispatch/retry-policy.js';
import { inLogOrder } from '../src/log/in-log-order.js';
import { advanceReplay, chunk, type Step } from '../src/replay/advance-replay.js';
import { cancelReplay } from '../src/replay/cancel-replay.js';
import { listReplays } from '../src/replay/list-replays.js';
import { retryDelivery } from '../src/replay/retry-delivery.js';
import { startReplay, type StartReplay } from '../src/replay/start-replay.js';
import { idAt, LogFixture, type LoggedDelivery } from './log-fixture.js';

let log: LogFixture;
let accountId: string;

beforeAll(async () => {
  log = await LogFixture.start();
  ({ accountId } = log);
});
afterAll(() => log?.stop());

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const ago = (ms: number): number => Date.now() - ms;
const iso = (time: number): string => new Date(time).toISOString();

const start = (subscriptionId: string, asked: Partial<StartReplay> = {}) =>
  inTransaction(log.dataSource, (sql) =>
    startReplay(sql, {
      accountId,
      subscriptionId,
      id: randomUUID(),
      since: iso(ago(dayMs)),
      until: null,
      status: null,
      ...asked,
    }),
  );
const advance = (id: string): Promise<Step> => inLogOrder(log.dataSource, (sql) => advanceReplay(sql, id));

/** The endpoint has taken what waited for it. */
const drain = (subscriptionId: string) =>
  log.sql('DELETE FROM waiting WHERE subscription_id = $1', [subscriptionId]);

async function finish(subscriptionId: string, id: string): Promise<Step> {
  for (;;) {
    const step = await advance(id);
    if (step.is === 'done' || step.is === 'cancelled') return step;
    await drain(subscriptionId);
  }
}

interface Made {
  id: string;
  event_id: string;
  replay_of: string;
  body: string;
  status: DeliveryStatus;
}
const madeFor = (subscriptionId: string) =>
  log.sql<Made>(
    `SELECT * FROM deliveries WHERE subscription_id = $1 AND origin = 'replay' ORDER BY replay_of`,
    [subscriptionId],
  );
const originals = (rows: readonly Made[]): string[] => rows.map(({ replay_of }) => replay_of);
const idsOf = (rows: readonly (LoggedDelivery | undefined)[]): string[] =>
  rows.map((row) => row?.id ?? '').sort();
const disable = (subscriptionId: string) =>
  log.sql('UPDATE subscriptions SET active = false WHERE id = $1', [subscriptionId]);

describe('a replay', () => {
  it('makes all that is over again: same events, same bodies, oldest first and paced', async () => {
    const subscriptionId = await log.subscription('emailflow');
    const statuses: DeliveryStatus[] = ['delivered', 'failed', 'dead', 'skipped'];
    const over = await log.log(
      subscriptionId,
      ...statuses.map((status, n) => ({ status, time: ago(hourMs + n * minuteMs), body: `{"n":${n}}` })),
    );
    const [original] = over;
    await log.log(
      subscriptionId,
      { status: 'pending' },
      { status: 'retrying' },
      { origin: 'test', event_type: 'comms.test' },
      { origin: 'replay', replay_of: original?.id ?? '', status: 'dead' },
      { status: 'dead', time: ago(2 * dayMs) },
    );
    const { id, state } = await start(subscriptionId);
    expect(state).toBe('running');
    expect(await advance(id)).toEqual({ is: 'done', deliveries: 4 });

    const made = (await madeFor(subscriptionId)).filter(({ status }) => status === 'pending');
    expect(originals(made)).toEqual(idsOf(over));
    for (const row of made) {
      const { event_id, body } = over.find((one) => one.id === row.replay_of) as LoggedDelivery;
      expect(row).toMatchObject({ event_id, body, attempts: 0, account_id: accountId });
    }
    const waiting = await log.sql<{ delivery_id: string; paced: boolean; schedule: number; due: boolean }>(
      `SELECT delivery_id, paced, due_at <= now() AS due, extract(epoch FROM expires_at - due_at)::float8 AS schedule
         FROM waiting WHERE subscription_id = $1 ORDER BY due_at`,
      [subscriptionId],
    );
    const replayOf = new Map(made.map((row) => [row.id, row.replay_of]));
    expect(waiting.map(({ delivery_id }) => replayOf.get(delivery_id))).toEqual(idsOf(over));
    const schedule = scheduleMs(policyOf('emailflow', {})) / 1000;
    for (const row of waiting)
      expect(row).toMatchObject({ paced: true, due: true, schedule: expect.closeTo(schedule, 1) as unknown });
  });

  it('of a status brings what ended so and has not been recovered since', async () => {
    const subscriptionId = await log.subscription();
    const [dead] = await log.log(
      subscriptionId,
      { status: 'dead' },
      { status: 'dead', recovered_at: new Date() },
      { status: 'failed' },
    );
    const { id } = await start(subscriptionId, { status: 'dead' });
    expect(await advance(id)).toEqual({ is: 'done', deliveries: 1 });
    expect(originals(await madeFor(subscriptionId))).toEqual([dead?.id]);
    await drain(subscriptionId);
    // Without a status it is everything, also what was recovered.
    const second = await start(subscriptionId);
    expect(await advance(second.id)).toEqual({ is: 'done', deliveries: 3 });
  });

  it('keeps to its range, and what comes after its start is no part of it', async () => {
    const subscriptionId = await log.subscription();
    const times = [4, 3, 2, 1].map((hours) => ago(hours * hourMs));
    const rows = await log.log(subscriptionId, ...times.map((time) => ({ time })));
    const until = iso(times[3] ?? 0);
    const { id } = await start(subscriptionId, { since: iso(times[1] ?? 0), until });
    expect(await advance(id)).toMatchObject({ is: 'done' });
    expect(originals(await madeFor(subscriptionId))).toEqual(idsOf(rows.slice(1, 3)));
    const open = await start(subscriptionId, { until: iso(Date.now() + dayMs) });
    expect(Date.parse(open.until)).toBeLessThanOrEqual(Date.now());
  });

  it('goes on after a crash where it was, and makes nothing twice', async () => {
    const subscriptionId = await log.subscription();
    const rows = await log.log(
      subscriptionId,
      ...Array.from({ length: 2 * chunk + 10 }, (_, n) => ({ status: 'dead' as const, time: ago(n * 1000) })),
    );
    const { id } = await start(subscriptionId, { status: 'dead' });
    const crash = inLogOrder(log.dataSource, async (sql) => {
      await advanceReplay(sql, id);
      throw new Error('killed before the commit');
    });
    await expect(crash).rejects.toThrow('killed');
    expect(await madeFor(subscriptionId)).toEqual([]);
    expect(await advance(id)).toEqual({ is: 'more', deliveries: chunk });
    // Committed, but whoever did it never learned of it: the position says where to go on.
    expect(await finish(subscriptionId, id)).toEqual({ is: 'done', deliveries: rows.length });
    const made = await madeFor(subscriptionId);
    expect(originals(made)).toEqual(idsOf(rows));
    // Even from a position that was lost, the same ids follow.
    await log.sql(`UPDATE replays SET position = NULL, state = 'running' WHERE id = $1`, [id]);
    await finish(subscriptionId, id);
    expect(await madeFor(subscriptionId)).toEqual(made);
  });

  it('adds to what waits for the endpoint only while that is little', async () => {
    const subscriptionId = await log.subscription();
    await log.log(
      subscriptionId,
      ...Array.from({ length: 3 * chunk }, (_, n) => ({ status: 'dead' as const, time: ago(n * 1000) })),
    );
    const { id } = await start(subscriptionId);
    expect(await advance(id)).toEqual({ is: 'more', deliveries: chunk });
    expect(await advance(id)).toEqual({ is: 'waits', deliveries: chunk });
    // What has failed again waits for its own time, which holds nothing back.
    await log.sql(`UPDATE waiting SET due_at = now() + interval '1 hour' WHERE subscription_id = $1`, [
      subscriptionId,
    ]);
    expect(await advance(id)).toEqual({ is: 'more', deliveries: 2 * chunk });
    // A lot of it does.
    await drain(subscriptionId);
    await log.wait(
      subscriptionId,
      Array.from({ length: 20 * chunk }, () => randomUUID()),
      new Date(Date.now() + hourMs),
    );
    expect(await advance(id)).toEqual({ is: 'waits', deliveries: 2 * chunk });
    await drain(subscriptionId);
    expect(await finish(subscriptionId, id)).toEqual({ is: 'done', deliveries: 3 * chunk });
  });

  it('is advanced by one replica at a time', async () => {
    const subscriptionId = await log.subscription();
    await log.log(subscriptionId, { status: 'dead' });
    const { id } = await start(subscriptionId);
    const other = await inLogOrder(log.dataSource, async (sql) => {
      await advanceReplay(sql, id);
      return advance(id);
    });
    expect(other).toEqual({ is: 'waits', deliveries: 0 });
    expect(await madeFor(subscriptionId)).toHaveLength(1);
  });

  it.each([
    ['disabled', 'active = false'],
    ['deleted', 'deleted_at = now()'],
  ])('ends when its webhook is %s', async (_what, change) => {
    const subscriptionId = await log.subscription();
    await log.log(subscriptionId, { status: 'dead' });
    const { id } = await start(subscriptionId);
    await log.sql(`UPDATE subscriptions SET ${change} WHERE id = $1`, [subscriptionId]);
    expect(await advance(id)).toEqual({ is: 'cancelled', deliveries: 0 });
    expect(await madeFor(subscriptionId)).toEqual([]);
    expect(await log.sql('SELECT state FROM replays WHERE id = $1', [id])).toEqual([{ state: 'cancelled' }]);
  });
});

describe('a request for a replay', () => {
  it('is one, however often it is made', async () => {
    const subscriptionId = await log.subscription();
    const id = randomUUID();
    const since = iso(ago(hourMs));
    const answers = await Promise.all([1, 2, 3, 4].map(() => start(subscriptionId, { id, since })));
    for (const answer of answers)
      expect(answer).toEqual({ ...answers[0], id, since, state: 'running', deliveries: 0, finished: null });
    await finish(subscriptionId, id);
    expect(await start(subscriptionId, { id, since })).toMatchObject({ id, state: 'done' });
    expect(await listReplays(log.sql, { accountId, subscriptionId })).toHaveLength(1);
  });

  it('finds one under way, also where both come at once', async () => {
    const subscriptionId = await log.subscription();
    const ends = await Promise.allSettled([1, 2, 3, 4].map(() => start(subscriptionId)));
    const [running, ...more] = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value.id] : []));
    expect(more).toEqual([]);
    for (const end of ends.filter(({ status }) => status === 'rejected'))
      expect(end).toMatchObject({
        reason: {
          code: 'replay_running',
          detail: expect.stringContaining(String(running)) as unknown,
          extras: { retryAfter: 10 },
        },
      });
    // Each webhook has its own.
    expect(await start(await log.subscription())).toMatchObject({ state: 'running' });
  });

  it.each([
    ['/since', 'must be a time', { since: 'yesterday' }],
    ['/since', 'must be within the last 30 days', { since: iso(ago(32 * dayMs)) }],
    ['/since', 'must be within the last 30 days', { since: '-271821-04-20T00:00:00Z' }],
    ['/since', 'must not be in the future', { since: iso(ago(-hourMs)) }],
    ['/until', 'must be a time', { until: 'tomorrow' }],
    ['/until', 'must be after /since', { since: iso(ago(hourMs)), until: iso(ago(2 * hourMs)) }],
    ['/status', 'must be one of delivered, failed, dead, skipped', { status: 'pending' as const }],
    ['/id', 'must be a GUID', { id: 'nonsense' }],
  ])('is refused where %s %s', async (path, message, asked) => {
    const subscriptionId = await log.subscription();
    await expect(start(subscriptionId, asked)).rejects.toMatchObject({
      code: 'validation_error',
      extras: { errors: [{ path, message: expect.stringContaining(message) as unknown }] },
    });
    expect(await listReplays(log.sql, { accountId, subscriptionId })).toEqual([]);
  });

  it('takes the whole of the thirty days', async () => {
    expect(await start(await log.subscription(), { since: iso(ago(30 * dayMs)) })).toMatchObject({
      state: 'running',
    });
  });

  it('is refused while the webhook is disabled, unless it was made before', async () => {
    const subscriptionId = await log.subscription();
    const { id } = await start(subscriptionId);
    await disable(subscriptionId);
    await expect(start(subscriptionId)).rejects.toMatchObject({ code: 'webhook_disabled' });
    expect(await start(subscriptionId, { id })).toMatchObject({ id });
  });

  it('makes those of more than thirty days ago be forgotten', async () => {
    const subscriptionId = await log.subscription();
    const { id } = await start(subscriptionId);
    await finish(subscriptionId, id);
    await log.sql(`UPDATE replays SET created_at = now() - interval '31 days' WHERE id = $1`, [id]);
    const next = await start(subscriptionId);
    expect(await listReplays(log.sql, { accountId, subscriptionId })).toEqual([next]);
  });

  it('of another webhook is not to be seen here', async () => {
    const [one, two] = await Promise.all([log.subscription(), log.subscription()]);
    const { id } = await start(one);
    await expect(start(two, { id })).rejects.toMatchObject({ code: 'not_found' });
    await expect(cancelReplay(log.sql, { accountId, subscriptionId: two, id })).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(await listReplays(log.sql, { accountId, subscriptionId: two })).toEqual([]);
  });
});

describe('cancelling', () => {
  it('ends a replay and leaves what it has made', async () => {
    const subscriptionId = await log.subscription();
    await log.log(
      subscriptionId,
      ...Array.from({ length: chunk + 1 }, (_, n) => ({ status: 'dead' as const, time: ago(n * 1000) })),
    );
    const { id } = await start(subscriptionId);
    await advance(id);
    const of = { accountId, subscriptionId, id };
    const cancelled = await cancelReplay(log.sql, of);
    expect(cancelled).toMatchObject({ id, state: 'cancelled', deliveries: chunk });
    expect(await cancelReplay(log.sql, of)).toEqual(cancelled);
    expect(await advance(id)).toMatchObject({ is: 'waits' });
    expect(await madeFor(subscriptionId)).toHaveLength(chunk);
    expect(await log.sql('SELECT FROM waiting WHERE subscription_id = $1', [subscriptionId])).toHaveLength(
      chunk,
    );
    const next = await start(subscriptionId);
    expect(await listReplays(log.sql, { accountId, subscriptionId })).toEqual([next, cancelled]);
  });
});

describe('a retry', () => {
  const retry = (subscriptionId: string, id: string, newId = idAt(Date.now())) =>
    inTransaction(log.dataSource, (sql) => retryDelivery(sql, { accountId, subscriptionId, id, newId }));
  const waitingOf = (subscriptionId: string) =>
    log.sql<{ delivery_id: string; paced: boolean; due: boolean }>(
      `SELECT delivery_id, paced, due_at <= now() AS due FROM waiting WHERE subscription_id = $1`,
      [subscriptionId],
    );

  it.each(['delivered', 'failed', 'dead', 'skipped'] as const)(
    'of what was %s is a new delivery of the same event, at once, and one however often it is asked for',
    async (status) => {
      const subscriptionId = await log.subscription();
      const [original] = (await log.log(subscriptionId, { status, time: ago(minuteMs) })) as [LoggedDelivery];
      const newId = idAt(Date.now());
      const answers = await Promise.all([1, 2, 3].map(() => retry(subscriptionId, original.id, newId)));
      for (const answer of answers)
        expect(answer).toMatchObject({
          id: newId,
          eventId: original.event_id,
          status: 'pending',
          origin: 'replay',
          replayOf: original.id,
          attempts: [],
          nextAttemptAt: expect.any(String) as unknown,
        });
      expect(await waitingOf(subscriptionId)).toEqual([{ delivery_id: newId, paced: false, due: true }]);
      expect(await madeFor(subscriptionId)).toHaveLength(1);
    },
  );

  it('of a replay is another one of its original', async () => {
    const subscriptionId = await log.subscription();
    const original = idAt(ago(hourMs));
    const [replay] = await log.log(subscriptionId, { status: 'dead', origin: 'replay', replay_of: original });
    expect(await retry(subscriptionId, replay?.id ?? '')).toMatchObject({ replayOf: original });
  });

  it('of one that waits lets it go now, itself, and is not repeated once it has been attempted', async () => {
    const subscriptionId = await log.subscription();
    const [waiting] = (await log.log(subscriptionId, { status: 'retrying', time: ago(minuteMs) })) as [
      LoggedDelivery,
    ];
    await log.wait(subscriptionId, [waiting.id], new Date(Date.now() + hourMs), true);
    const newId = idAt(ago(1000));
    expect(await retry(subscriptionId, waiting.id, newId)).toMatchObject({
      id: waiting.id,
      status: 'retrying',
    });
    expect(await waitingOf(subscriptionId)).toEqual([{ delivery_id: waiting.id, paced: false, due: true }]);
    // It goes out and is taken; then the same request comes again, because nobody heard its answer.
    await log.sql(
      `UPDATE deliveries SET status = 'delivered', attempts = 2, attempted_at = now() WHERE id = $1`,
      [waiting.id],
    );
    await drain(subscriptionId);
    expect(await retry(subscriptionId, waiting.id, newId)).toMatchObject({
      id: waiting.id,
      status: 'delivered',
    });
    expect(await madeFor(subscriptionId)).toEqual([]);
  });

  it.each(['pending', 'retrying'] as const)(
    'of one that is %s and whose attempt is under way leaves that alone: it would be made twice',
    async (status) => {
      const subscriptionId = await log.subscription();
      const [delivery] = (await log.log(subscriptionId, { status, time: ago(minuteMs) })) as [LoggedDelivery];
      await log.wait(subscriptionId, [delivery.id], new Date(ago(1000)));
      await claimDue(log.sql, [{ subscriptionId, room: 1, claimMs: 20_000 }]);
      expect(await retry(subscriptionId, delivery.id)).toMatchObject({ id: delivery.id, status });
      expect(await waitingOf(subscriptionId)).toEqual([
        { delivery_id: delivery.id, paced: false, due: false },
      ]);
      expect(await madeFor(subscriptionId)).toEqual([]);

      // Given back without an attempt, it can be let go again.
      await releaseClaims(log.sql, [
        { delivery: { id: delivery.id, subscriptionId }, afterMs: 60_000, paced: true },
      ]);
      await retry(subscriptionId, delivery.id);
      expect(await waitingOf(subscriptionId)).toEqual([
        { delivery_id: delivery.id, paced: false, due: true },
      ]);
    },
  );

  it('is refused while the webhook is disabled', async () => {
    const subscriptionId = await log.subscription();
    const [dead] = (await log.log(subscriptionId, { status: 'dead', time: ago(minuteMs) })) as [
      LoggedDelivery,
    ];
    await disable(subscriptionId);
    await expect(retry(subscriptionId, dead.id)).rejects.toMatchObject({ code: 'webhook_disabled' });
    expect(await madeFor(subscriptionId)).toEqual([]);
  });

  it.each([
    ['without a time', () => randomUUID()],
    ['of last year', () => idAt(ago(365 * dayMs))],
    ['of next week', () => idAt(ago(-7 * dayMs))],
    ['that is none', () => 'nonsense'],
  ])('with a new id %s is refused: there is no place for it in the log', async (_what, newId) => {
    const subscriptionId = await log.subscription();
    const [dead] = (await log.log(subscriptionId, { status: 'dead', time: ago(minuteMs) })) as [
      LoggedDelivery,
    ];
    await expect(retry(subscriptionId, dead.id, newId())).rejects.toMatchObject({
      code: 'validation_error',
      extras: { errors: [{ path: '/newId' }] },
    });
  });
});
