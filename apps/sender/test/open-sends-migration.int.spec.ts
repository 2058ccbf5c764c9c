import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createDataSource } from '@qflow/persistence';
import { mergeData, testDatabase, type TestDatabase } from '@qflow/testing';
import type { DataSource } from 'typeorm';
import { OpenSends1763700000008 } from '../src/migrations/0008-open-sends.js';
import { migrations } from '../src/migrations/index.js';

/** What is under way while the table of it comes into being, and goes again. */

let database: TestDatabase;
let before: DataSource;
let after: DataSource;

const open = (which: typeof migrations): Promise<DataSource> =>
  createDataSource({ url: database.url, schema: 'public', migrations: which, poolSize: 2 }).initialize();

beforeEach(async () => {
  database = await testDatabase();
  const place = migrations.indexOf(OpenSends1763700000008);
  before = await open(migrations.slice(0, place));
  await before.runMigrations();
  after = await open(migrations.slice(0, place + 1));
});
afterEach(async () => {
  await before.destroy();
  await after.destroy();
  await database.drop();
});

const dueAt = new Date(Date.UTC(2026, 0, 1));

async function stored(state: string, due: Date | null, merge: object | null): Promise<string> {
  const id = randomUUID();
  await before.query(
    `INSERT INTO sends (id, account_id, event_id, attendee_id, template_id, template_version, recipient, state, due_at, merge, created_at)
     VALUES ($1, $1, $1, $1, $1, 1, 'ada@example.com', $2, $3, $4, now())`,
    [id, state, due, merge && JSON.stringify(merge)],
  );
  return id;
}

const report = (id: string, sendId: string | null): Promise<unknown> =>
  before.query(
    `INSERT INTO receipts (id, send_id, type, occurred_at, received_at, raw) VALUES ($1, $2, 'other', now(), now(), '{}')`,
    [id, sendId],
  );

describe('sends that are under way', () => {
  it('keep when they are due and what their template shows; others have nothing there', async () => {
    const merge = mergeData();
    const ids = [
      await stored('queued', null, merge),
      await stored('sending', dueAt, merge),
      await stored('unknown', dueAt, merge),
    ];
    await stored('delivered', null, null);
    await after.runMigrations();
    const rows = await after.query<{ send_id: string }[]>('SELECT send_id, due_at, merge FROM open_sends');
    const byId = new Map(rows.map((row) => [row.send_id, row]));
    expect(ids.map((id) => byId.get(id))).toEqual([
      { send_id: ids[0], due_at: null, merge },
      { send_id: ids[1], due_at: dueAt, merge },
      { send_id: ids[2], due_at: dueAt, merge },
    ]);
    expect(rows).toHaveLength(3);
  });

  it('come back as they were where the migration is taken back', async () => {
    await stored('sending', dueAt, mergeData());
    await stored('failed', null, null);
    const rows = (source: DataSource): Promise<object[]> =>
      source.query('SELECT id, state, due_at, merge FROM sends ORDER BY id');
    const earlier = await rows(before);
    await after.runMigrations();
    await after.undoLastMigration();
    expect(await rows(before)).toEqual(earlier);
  });
});

describe('reports', () => {
  it('that are known stay known, also those of no send', async () => {
    const sendId = randomUUID();
    await report('a', sendId);
    await report('b', null);
    await after.runMigrations();
    const again = await after.query<unknown[]>(
      `INSERT INTO receipts (id, send_id, type, occurred_at, received_at, raw)
       SELECT id, send_id, 'other', now(), now(), '{}' FROM (VALUES ('a', $1::uuid), ('b', NULL), ('c', NULL)) AS r (id, send_id)
       ON CONFLICT DO NOTHING RETURNING id`,
      [sendId],
    );
    expect(again).toEqual([{ id: 'c' }]);
  });
});
