import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createDataSource, inTransaction, sqlOf, type Sql } from '@qflow/persistence';
import { testPlatform, type TestPlatform } from '@qflow/testing';
import type { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { webhooksSchema } from '../src/config.js';
import { claimDue, claimPaced, type ClaimWish } from '../src/deliveries/claim-due.js';
import { expireWaiting } from '../src/deliveries/expire-waiting.js';
import { findDue } from '../src/deliveries/find-due.js';
import { loadClaimed } from '../src/deliveries/load-claimed.js';
import { recordAttempts } from '../src/deliveries/record-attempts.js';
import { skipDue } from '../src/deliveries/skip-deliveries.js';
import type { PostResult } from '../src/dispatch/post-webhook.js';
import { migrations } from '../src/migrations/index.js';

let platform: TestPlatform;
let dataSource: DataSource;
let sql: Sql;

beforeAll(async () => {
  platform = await testPlatform({ schema: webhooksSchema, migrations });
  dataSource = await createDataSource({
    url: platform.databaseUrl,
    schema: webhooksSchema,
    migrations,
  }).initialize();
  sql = sqlOf(dataSource);
});
afterAll(async () => {
  await dataSource.destroy();
  await platform.stop();
});
beforeEach(() => sql('TRUNCATE waiting, deliveries, pace, subscriptions, outbox'));

const subscribe = async (active = true): Promise<string> => {
  const id = uuidv7();
  await sql(
    `INSERT INTO subscriptions (id, account_id, is_default, url, format, secret, active)
     VALUES ($1, $2, false, 'https://example.com', 'qflow', '', $3)`,
    [id, randomUUID(), active],
  );
  return id;
};

interface Waiting {
  count?: number;
  dueInMs?: number;
  paced?: boolean;
  expiresInMs?: number;
  attempts?: number;
}

/** Deliveries that wait; the first of them is due first. */
const wait = async (
  subscriptionId: string,
  { count = 1, dueInMs = -1_000, paced = false, expiresInMs = 60_000, attempts = 1 }: Waiting = {},
): Promise<string[]> => {
  const ids = Array.from({ length: count }, () => uuidv7());
  await sql(
    `INSERT INTO deliveries (id, subscription_id, account_id, event_id, event_type, body, status, attempts, created_at)
     SELECT id, $2, gen_random_uuid(), gen_random_uuid(), 'comms.sent', '{}', 'retrying', $3, now()
       FROM unnest($1::uuid[]) AS id`,
    [ids, subscriptionId, attempts],
  );
  await sql(
    `INSERT INTO waiting (subscription_id, delivery_id, due_at, paced, expires_at)
     SELECT $2, id, now() + ($3 + n * 0.001) * interval '1 millisecond', $4, now() + $5 * interval '1 millisecond'
       FROM unnest($1::uuid[]) WITH ORDINALITY AS ids (id, n)`,
    [ids, subscriptionId, dueInMs, paced, expiresInMs],
  );
  return ids;
};

const taken: PostResult = {
  delivered: true,
  statusCode: 200,
  durationMs: 1,
  phase: null,
  code: null,
  error: null,
  hint: null,
  answer: '',
  responseHeaders: {},
  retryAfterMs: 0,
};

const wish = (subscriptionId: string, room = 10): ClaimWish => ({ subscriptionId, room, claimMs: 20_000 });
const idsOf = (claims: readonly { delivery_id: string }[]): string[] =>
  claims.map(({ delivery_id }) => delivery_id).sort();

describe('what is due', () => {
  it('is found per subscription, whatever it has waiting', async () => {
    const [late, paced, future, full, disabled] = await Promise.all([
      subscribe(),
      subscribe(),
      subscribe(),
      subscribe(),
      subscribe(false),
    ]);
    const unknown = uuidv7();
    await wait(late, { count: 3, dueInMs: -5_000 });
    await wait(late, { paced: true, dueInMs: 5_000 });
    await wait(paced, { paced: true });
    await wait(future, { dueInMs: 60_000 });
    await wait(full);
    await wait(disabled);
    await wait(unknown);
    const due = new Map((await findDue(sql, [full])).map((row) => [row.subscription_id, row]));

    expect([...due.keys()].sort()).toEqual([late, paced, disabled, unknown].sort());
    expect(due.get(late)).toMatchObject({ active: true, paced: false, format: 'qflow', retry: {} });
    expect(due.get(late)?.late_ms).toBeGreaterThanOrEqual(4_990);
    expect(due.get(paced)).toMatchObject({ active: true, paced: true, late_ms: null });
    expect(due.get(disabled)).toMatchObject({ active: false });
    expect(due.get(unknown)).toMatchObject({ active: null });
  });

  it('is claimed oldest first, no more than there is room for, and not again until the claim lapses', async () => {
    const [one, other] = await Promise.all([subscribe(), subscribe()]);
    const ids = await wait(one, { count: 5 });
    const others = await wait(other, { count: 2 });
    const claims = await claimDue(sql, [wish(one, 3), wish(other)]);
    expect(idsOf(claims)).toEqual([...ids.slice(0, 3), ...others].sort());
    expect(claims.every(({ claim_ms, expires_ms }) => claim_ms === 20_000 && expires_ms > 50_000)).toBe(true);
    expect(idsOf(await claimDue(sql, [wish(one), wish(other)]))).toEqual(ids.slice(3).sort());
    expect(await claimDue(sql, [wish(one), wish(other)])).toEqual([]);
    await sql(`UPDATE waiting SET due_at = due_at - interval '20 seconds' WHERE delivery_id = $1`, [ids[0]]);
    expect(idsOf(await claimDue(sql, [wish(one)]))).toEqual([ids[0]]);
  });

  it('is claimed by one replica each', async () => {
    const id = await subscribe();
    const ids = await wait(id, { count: 100 });
    const claims = await Promise.all(
      Array.from({ length: 8 }, () => inTransaction(dataSource, (own) => claimDue(own, [wish(id, 20)]))),
    );
    const claimed = idsOf(claims.flat());
    expect(new Set(claimed).size).toBe(claimed.length);
    const rest = idsOf(await claimDue(sql, [wish(id, 100)]));
    expect([...claimed, ...rest].sort()).toEqual([...ids].sort());
  });

  it('is read with its body; what is over or gone does not wait any more', async () => {
    const id = await subscribe();
    const [kept, over, gone] = (await wait(id, { count: 3 })) as [string, string, string];
    await sql(`UPDATE deliveries SET status = 'delivered' WHERE id = $1`, [over]);
    await sql('DELETE FROM deliveries WHERE id = $1', [gone]);
    const loaded = await loadClaimed(sql, await claimDue(sql, [wish(id)]), 1_000);
    expect(loaded).toEqual([
      expect.objectContaining({
        id: kept,
        subscriptionId: id,
        body: '{}',
        attempts: 1,
        claimedUntil: 21_000,
      }),
    ]);
    expect(await sql('SELECT delivery_id FROM waiting')).toEqual([{ delivery_id: kept }]);
  });

  it('is skipped where the subscription is disabled', async () => {
    const id = await subscribe(false);
    await wait(id, { count: 3 });
    const [future] = await wait(id, { dueInMs: 60_000 });
    expect(await inTransaction(dataSource, (own) => skipDue(own, id))).toBe(3);
    expect(await sql('SELECT delivery_id FROM waiting')).toEqual([{ delivery_id: future }]);
    expect(await sql(`SELECT status, count(*)::int FROM deliveries GROUP BY status ORDER BY status`)).toEqual(
      [
        { status: 'retrying', count: 1 },
        { status: 'skipped', count: 3 },
      ],
    );
  });
});

describe('the pace', () => {
  const spend = (own: Sql, id: string, rate: number, room = 1_000) => claimPaced(own, [wish(id, room)], rate);
  /** Lets time pass. */
  const later = (ms: number) =>
    sql(`UPDATE pace SET free_at = free_at - $1 * interval '1 millisecond'`, [ms]);
  /** Stops the clock at which the pace is taken: what was spent is spent up to now. */
  const exhaust = () => sql("UPDATE pace SET free_at = now() + interval '1 hour'");

  it('starts with one second of deliveries and goes on at the rate', async () => {
    const id = await subscribe();
    const ids = await wait(id, { count: 400, paced: true });
    expect(idsOf(await spend(sql, id, 100))).toEqual(ids.slice(0, 100).sort());
    await exhaust();
    expect(await spend(sql, id, 100)).toEqual([]);
    await sql(`UPDATE pace SET free_at = now() - interval '500 milliseconds'`);
    const half = await inTransaction(dataSource, async (own) => {
      await own(`UPDATE pace SET free_at = now() - interval '500 milliseconds'`);
      return spend(own, id, 100);
    });
    expect(idsOf(half)).toEqual(ids.slice(100, 150).sort());
  });

  it('does not save up more than a second', async () => {
    const id = await subscribe();
    await wait(id, { count: 400, paced: true });
    await spend(sql, id, 100);
    await later(3_600_000);
    expect(await spend(sql, id, 100)).toHaveLength(100);
  });

  it('is not used up by what was not there', async () => {
    const id = await subscribe();
    await wait(id, { count: 10, paced: true });
    expect(await spend(sql, id, 100)).toHaveLength(10);
    await wait(id, { count: 200, paced: true });
    expect((await spend(sql, id, 100)).length).toBeGreaterThanOrEqual(90);
  });

  it('is one over all replicas', async () => {
    const id = await subscribe();
    await wait(id, { count: 1_000, paced: true });
    await spend(sql, id, 10, 0);
    const claims = await Promise.all(
      Array.from({ length: 8 }, () => inTransaction(dataSource, (own) => spend(own, id, 10))),
    );
    // However long these eight took: no more than a second of burst and the time they took.
    const [{ free_at: freeAt, now }] = (await sql(
      'SELECT extract(epoch FROM free_at) AS free_at, extract(epoch FROM now()) AS now FROM pace',
    )) as [{ free_at: string; now: string }];
    expect(claims.flat().length).toBeGreaterThanOrEqual(10);
    expect(Number(freeAt)).toBeLessThanOrEqual(Number(now) + 1);
    expect(new Set(idsOf(claims.flat())).size).toBe(claims.flat().length);
  });

  it('holds nobody up who finds it taken', async () => {
    const id = await subscribe();
    await wait(id, { count: 10, paced: true });
    await spend(sql, id, 100, 0);
    await inTransaction(dataSource, async (own) => {
      await own('SELECT FROM pace WHERE subscription_id = $1 FOR UPDATE', [id]);
      expect(await spend(sql, id, 100)).toEqual([]);
    });
    expect(await spend(sql, id, 100)).toHaveLength(10);
  });

  it('is not asked of what may go out at once', async () => {
    const id = await subscribe();
    await wait(id, { count: 50, paced: true });
    const ids = await wait(id, { count: 50 });
    expect(idsOf(await claimDue(sql, [wish(id, 100)]))).toEqual([...ids].sort());
  });
});

describe('what is past its schedule', () => {
  it('is dead, with the reason on DEAD and towards its standing', async () => {
    const id = await subscribe();
    const [never, once] = [
      await wait(id, { attempts: 0, expiresInMs: -600_000 }),
      await wait(id, { attempts: 3, expiresInMs: -600_000 }),
    ].flat() as [string, string];
    await sql(`UPDATE deliveries SET error = 'refused', error_code = 'ECONNREFUSED' WHERE id = $1`, [once]);
    const { expired, outbox } = await inTransaction(dataSource, expireWaiting);

    expect(expired).toBe(2);
    expect(await sql('SELECT id, status, error, error_code FROM deliveries ORDER BY attempts')).toEqual([
      {
        id: never,
        status: 'dead',
        error: 'the endpoint did not come back within its schedule',
        error_code: 'expired',
      },
      { id: once, status: 'dead', error: 'refused', error_code: 'ECONNREFUSED' },
    ]);
    expect(await sql('SELECT FROM waiting')).toEqual([]);
    expect(outbox.map(({ body }) => (JSON.parse(body) as { reason: string }).reason).sort()).toEqual([
      'the endpoint did not come back within its schedule; 0 attempts were made',
      'the endpoint did not come back within its schedule; 3 attempts were made',
    ]);
    expect(await sql('SELECT failures FROM subscriptions')).toEqual([{ failures: 2 }]);
  });

  it('is left to whoever has claimed it, and to the last retry, which is due at its end', async () => {
    const id = await subscribe();
    await wait(id, { dueInMs: 10_000, expiresInMs: -600_000 });
    await wait(id, { dueInMs: -1_000, expiresInMs: -1_000 });
    expect(await inTransaction(dataSource, expireWaiting)).toMatchObject({ expired: 0, outbox: [] });
  });

  it('is left alone while its endpoint takes what waits, however slowly', async () => {
    const id = await subscribe();
    await wait(id, { count: 30, paced: true, expiresInMs: -600_000 });
    const claims = await claimPaced(sql, [wish(id, 1)], 1);
    const [delivery] = await loadClaimed(sql, claims, performance.now());
    if (!delivery) throw new Error('nothing was claimed');
    const verdict = { status: 'delivered' as const, waitMs: null, paced: false };
    const attempt = { at: new Date(), changedAt: new Date(), result: taken };
    await inTransaction(dataSource, (own) => recordAttempts(own, [{ delivery, verdict, attempt }]));
    expect(await inTransaction(dataSource, expireWaiting)).toMatchObject({ expired: 0, turns: [] });

    await sql(`UPDATE pace SET took_at = now() - interval '10 minutes'`);
    expect(await inTransaction(dataSource, expireWaiting)).toMatchObject({ expired: 29 });
  });

  it('comes to an end by chunks', async () => {
    const id = await subscribe();
    await wait(id, { count: 1_500, expiresInMs: -600_000 });
    const counts: number[] = [];
    do counts.push((await inTransaction(dataSource, expireWaiting)).expired);
    while (counts.at(-1) !== 0);
    expect(counts).toEqual([1_000, 500, 0]);
  });
});
