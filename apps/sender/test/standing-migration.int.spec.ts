import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createDataSource, sqlOf } from '@qflow/persistence';
import { testDatabase, type TestDatabase } from '@qflow/testing';
import type { DataSource } from 'typeorm';
import { Standing1763700000006 } from '../src/migrations/0006-standing.js';
import { migrations } from '../src/migrations/index.js';
import { liftSuppression } from '../src/suppressions/lift-suppression.js';
import { addressOf, lockAddress } from '../src/suppressions/standing-rows.js';

/** Rows of the suppression list as it was, carried over. */

let database: TestDatabase;
let dataSource: DataSource;
let migrated: DataSource | undefined;

const earlier = migrations.slice(0, migrations.indexOf(Standing1763700000006));

beforeEach(async () => {
  database = await testDatabase();
  dataSource = await open(earlier);
  await dataSource.runMigrations();
});
afterEach(async () => {
  await migrated?.destroy();
  migrated = undefined;
  await dataSource.destroy();
  await database.drop();
});

const open = (which: typeof migrations): Promise<DataSource> =>
  createDataSource({ url: database.url, schema: 'public', migrations: which, poolSize: 2 }).initialize();

const accountId = randomUUID();
const sendId = randomUUID();
const at = (second: number): Date => new Date(Date.UTC(2026, 0, 1, 0, 0, second));

const insert = (email: string, reason: string, unsubscribed: boolean, liftedAt: Date | null) =>
  dataSource.query(
    `INSERT INTO suppressions (account_id, email, reason, send_id, created_at, lifted_at, unsubscribed)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [accountId, email, reason, sendId, at(1), liftedAt, unsubscribed],
  );

async function migrate(): Promise<DataSource> {
  migrated = await open(migrations);
  await migrated.runMigrations();
  return migrated;
}

const rows = (source: DataSource) =>
  source.query<Record<string, unknown>[]>('SELECT * FROM suppressions ORDER BY email');

describe('what stood on the list', () => {
  it('stands there as before, with what led to it', async () => {
    for (const reason of ['bounced', 'dropped', 'spam_reported']) await insert(reason, reason, false, null);
    await insert('unsubscribed', 'unsubscribed', true, null);
    await insert('both', 'spam_reported', true, null);
    const after = await rows(await migrate());
    const said = { at: at(1), sendId };
    const facts = await (migrated as DataSource).transaction(async (manager) => {
      const of = async (email: string) =>
        (await lockAddress(sqlOf(manager), addressOf(accountId, email)))?.facts;
      return { bounced: await of('bounced'), both: await of('both'), unsubscribed: await of('unsubscribed') };
    });
    expect(
      after.map(({ email, reason, send_id, created_at }) => [email, reason, send_id, created_at]),
    ).toEqual([
      ['both', 'spam_reported', sendId, at(1)],
      ['bounced', 'bounced', sendId, at(1)],
      ['dropped', 'dropped', sendId, at(1)],
      ['spam_reported', 'spam_reported', sendId, at(1)],
      ['unsubscribed', 'unsubscribed', sendId, at(1)],
    ]);
    expect(facts).toEqual({
      bounced: { bounced: said },
      both: { spam_reported: said, unsubscribed: said },
      unsubscribed: { unsubscribed: said },
    });
  });

  it('and was lifted is lifted, and who had left is subscribed', async () => {
    await insert('gone', 'unsubscribed', true, at(5));
    const [row] = await rows(await migrate());
    expect(row).toMatchObject({
      reason: null,
      send_id: null,
      created_at: null,
      unsubscribed_at: at(1),
      lifted_at: at(5),
    });
  });

  it('can be lifted, and who had left for two reasons is announced as subscribed', async () => {
    await insert('both', 'spam_reported', true, null);
    const source = await migrate();
    const entries = await source.transaction((manager) => liftSuppression(sqlOf(manager), accountId, 'both'));
    expect(entries.map(({ subject }) => subject)).toEqual([expect.stringContaining('.contact.subscribed.')]);
    expect(await rows(source)).toMatchObject([{ reason: null }]);
  });

  it('comes back as it was where the migration is taken back', async () => {
    await insert('bounced', 'bounced', false, null);
    await insert('gone', 'unsubscribed', true, at(5));
    await insert('left', 'unsubscribed', true, null);
    const before = await rows(dataSource);
    const source = await migrate();
    const runner = source.createQueryRunner();
    try {
      await new Standing1763700000006().down(runner);
    } finally {
      await runner.release();
    }
    expect((await rows(source)).map(sorted)).toEqual(before.map(sorted));
  });
});

const sorted = (row: object): object => Object.fromEntries(Object.entries(row).sort());

describe('sends', () => {
  it('that had been announced as unsubscribed are not announced again', async () => {
    for (const state of ['unsubscribed', 'delivered'])
      await dataSource.query(
        `INSERT INTO sends (id, account_id, event_id, attendee_id, template_id, template_version, recipient, state, created_at)
         VALUES ($1, $1, $1, $1, $1, 1, 'ada@example.com', $2, now())`,
        [randomUUID(), state],
      );
    const source = await migrate();
    expect(await source.query('SELECT state, unsubscribed, ended_at FROM sends ORDER BY state')).toEqual([
      { state: 'delivered', unsubscribed: false, ended_at: null },
      { state: 'unsubscribed', unsubscribed: true, ended_at: null },
    ]);
  });
});
