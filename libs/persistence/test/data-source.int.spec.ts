import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import type { DataSource } from 'typeorm';
import { createDataSource, sqlOf } from '../src/index.js';
import { freshDatabase } from './fresh-database.js';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let dataSource: DataSource;

beforeAll(async () => {
  database = await freshDatabase();
  dataSource = await createDataSource({ url: database.url, schema: 'public', migrations: [] }).initialize();
});
afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

describe('a connection that breaks', () => {
  it('just when the pool has handed it over does not end the process', async () => {
    const { master: pool } = dataSource.driver as unknown as { master: pg.Pool };
    const client = await pool.connect();
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const ended = new Promise<void>((resolve) => client.once('end', resolve));
    await sqlOf(dataSource)('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
    await ended;
    client.release(true);
    expect(await sqlOf(dataSource)('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});
