import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createDataSource, migrate } from '@qflow/persistence';
import { testDatabase, type TestDatabase } from '@qflow/testing';
import type { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { webhooksSchema } from '../src/config.js';
import { migrations } from '../src/migrations/index.js';

/** What an installation of the first version had delivered, and what it still had to deliver. */
let database: TestDatabase;
let after: DataSource;
const subscription = uuidv7();
const [delivered, retrying, old] = [
  uuidv7(),
  uuidv7(),
  uuidv7({ msecs: Date.now() - 40 * 24 * 60 * 60 * 1000 }),
];

const open = (upTo: number): DataSource =>
  createDataSource({
    url: database.url,
    schema: webhooksSchema,
    migrations: migrations.slice(0, upTo),
    poolSize: 1,
  });

beforeAll(async () => {
  database = await testDatabase();
  const before = open(1);
  await migrate(before);
  await before.query(
    `INSERT INTO subscriptions (id, account_id, is_default, url, format, secret, active)
     VALUES ($1, $1, true, 'https://example.com/hook', 'qflow', 'k1.sealed', true)`,
    [subscription],
  );
  for (const [id, status, attempts, due, age] of [
    [delivered, 'delivered', 2, null, 0],
    [retrying, 'retrying', 1, new Date(Date.now() + 60_000), 0],
    [old, 'delivered', 1, null, 40],
  ] as const) {
    await before.query(
      `INSERT INTO deliveries (id, subscription_id, account_id, event_id, event_type, body, status, attempts,
              max_attempts, due_at, created_at)
       VALUES ($1, $2, $2, $1, 'comms.sent', '{"id":"x"}', $3, $4, 10, $5, now() - $6 * interval '1 day')`,
      [id, subscription, status, attempts, due, age],
    );
    for (let attempt = 1; attempt <= attempts; attempt++)
      await before.query(
        `INSERT INTO attempts (delivery_id, attempt, at, duration_ms, status_code, error, answer)
         VALUES ($1, $2, now(), $2 * 10, $3, $4, 'ok')`,
        attempt === attempts && status === 'delivered'
          ? [id, attempt, 200, null]
          : [id, attempt, 503, 'the endpoint answered 503'],
      );
  }
  await before.destroy();
  after = open(migrations.length);
  await migrate(after);
});
afterAll(async () => {
  await after.destroy();
  await database.drop();
});

describe('an upgrade from the first version', () => {
  it('keeps the webhook, which gets what it got before', async () => {
    expect(await after.query('SELECT url, events, active, failures FROM subscriptions')).toEqual([
      { url: 'https://example.com/hook', events: ['comms.*'], active: true, failures: 0 },
    ]);
  });

  it('keeps the log of the days that are kept, the latest attempt in its delivery and earlier ones beside it', async () => {
    expect(
      await after.query('SELECT id, status, attempts, duration_ms, status_code FROM deliveries ORDER BY id'),
    ).toEqual([
      { id: delivered, status: 'delivered', attempts: 2, duration_ms: 20, status_code: 200 },
      { id: retrying, status: 'retrying', attempts: 1, duration_ms: 10, status_code: 503 },
    ]);
    expect(await after.query('SELECT delivery_id, attempt, status_code FROM attempts')).toEqual([
      { delivery_id: delivered, attempt: 1, status_code: 503 },
    ]);
  });

  it('goes on with what was waiting', async () => {
    expect(await after.query('SELECT delivery_id FROM waiting WHERE due_at > now()')).toEqual([
      { delivery_id: retrying },
    ]);
  });
});
