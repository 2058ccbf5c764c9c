import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { inTransaction, type Sql } from '@qflow/persistence';
import type { DataSource } from 'typeorm';
import { Routing } from '../src/provider/routing.js';
import type { ClaimOptions } from '../src/sends/claim.js';
import { claimDue, expireUnknown, turnLapsedIntoUnknown } from '../src/sends/due-sends.js';
import { releaseWaiting } from '../src/sends/release-waiting.js';
import { senderTables } from './sender-tables.js';

/** What the sweeper asks every second, of tables that have grown. */

let dataSource: DataSource;

senderTables((opened) => (dataSource = opened));
beforeEach(() => dataSource.query('TRUNCATE sends, open_sends, attempts'));

const transaction = <T>(work: (sql: Sql) => Promise<T>): Promise<T> => inTransaction(dataSource, work);

const day = 24 * 60 * 60 * 1000;
const options: ClaimOptions = {
  ...{ claimMs: 30_000, maxAgeMs: day, states: ['queued', 'unknown'] },
  routing: () => new Routing(['sandbox'], new Map([['sandbox', { is: 'open' }]]), Date.now()),
};

/** Sends in a state, the newest of them due longest; `open` of them under way. */
const stored = (count: number, state: string, open: number): Promise<unknown> =>
  dataSource.query(
    `WITH new AS (SELECT gen_random_uuid() AS id, nr FROM generate_series(1, $1) AS nr),
     open AS (INSERT INTO open_sends (send_id, due_at)
              SELECT id, now() - nr * interval '1 second' FROM new WHERE nr <= $3)
     INSERT INTO sends (id, account_id, event_id, attendee_id, template_id, template_version, recipient, state, attempt,
                        created_at)
     SELECT id, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 1, 'ada@example.com', $2, 0,
            now() FROM new`,
    [count, state, open],
  );

/** How often this connection has read the table from end to end; counts of a moment ago may be among them. */
const readsOfAll = async (sql: Sql): Promise<number> =>
  (
    await sql<{ reads: number }>(
      `SELECT seq_scan::int AS reads FROM pg_stat_xact_user_tables WHERE relname = 'sends'`,
    )
  )[0]?.reads ?? 0;

describe('looking for what is due', () => {
  it('reads no table of sends from end to end, though statistics say that thousands are due', async () => {
    await stored(20_000, 'delivered', 5_000);
    await dataSource.query('ANALYZE sends, open_sends');
    await dataSource.query('DELETE FROM open_sends');
    await stored(3, 'queued', 3);

    const { claims, reads } = await transaction(async (sql) => {
      const before = await readsOfAll(sql);
      await turnLapsedIntoUnknown(sql, 1_000);
      await expireUnknown(sql, day);
      const { claimed } = await claimDue(sql, options);
      return { claims: claimed.length, reads: (await readsOfAll(sql)) - before };
    });
    expect(claims).toBe(3);
    expect(reads).toBe(0);
  });

  it('has each of two replicas find what the other has not', async () => {
    await stored(300, 'queued', 300);
    const claimed = await transaction(async (sql) => {
      const ours = await claimDue(sql, options);
      const theirs = await transaction((other) => claimDue(other, options));
      return [ours, theirs].map(({ claimed }) => claimed.map(({ id }) => id));
    });
    expect(claimed.map(({ length }) => length)).toEqual([200, 100]);
    expect(new Set(claimed.flat()).size).toBe(300);
  });

  it('takes what has waited longest, whatever waits before it for something else', async () => {
    await stored(250, 'unknown', 250);
    await stored(2, 'queued', 2);
    const { claimed } = await transaction((sql) => claimDue(sql, { ...options, states: ['queued'] }));
    expect(claimed).toHaveLength(2);
  });

  it('leaves alone, without waiting for it, a send that somebody is changing', async () => {
    await stored(2, 'queued', 2);
    const claimed = await transaction(async (sql) => {
      const [locked] = await sql<{ id: string }>('SELECT id FROM sends LIMIT 1 FOR UPDATE');
      const { claimed } = await transaction((other) => claimDue(other, options));
      return { ids: claimed.map(({ id }) => id), locked: locked?.id };
    });
    expect(claimed.ids).toHaveLength(1);
    expect(claimed.ids).not.toContain(claimed.locked);
  });
});

describe('what waits for a provider of an account', () => {
  it('is due when that changes, and nothing else is, without reading all sends', async () => {
    const accountId = randomUUID();
    await stored(20_000, 'delivered', 5_000);
    await dataSource.query('UPDATE sends SET account_id = $1', [accountId]);
    await dataSource.query(`UPDATE open_sends SET due_at = now() + interval '1 hour'`);
    await dataSource.query('ANALYZE sends, open_sends');
    await dataSource.query('DELETE FROM open_sends');
    await stored(3, 'queued', 3);
    await dataSource.query(`UPDATE open_sends SET due_at = now() + interval '1 hour'`);
    // One waits, one is with a provider, and one is somebody else's.
    await dataSource.query(
      `UPDATE sends SET account_id = $1, provider = CASE WHEN nr = 1 THEN 'sandbox' END
         FROM (SELECT id, row_number() OVER () AS nr FROM sends WHERE state = 'queued' LIMIT 2) AS own
        WHERE sends.id = own.id`,
      [accountId],
    );

    const { reads, due } = await transaction(async (sql) => {
      const before = await readsOfAll(sql);
      await releaseWaiting(sql, accountId);
      const reads = (await readsOfAll(sql)) - before;
      return { reads, due: await sql('SELECT FROM open_sends WHERE due_at <= now()') };
    });
    expect(due).toHaveLength(1);
    expect(reads).toBe(0);
  });
});
