import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import {
  createDayPartitions,
  dropOldPartitions,
  hasTime,
  lowestIdAt,
  timeOfId,
  type Sql,
} from '../src/index.js';
import { freshDatabase } from './fresh-database.js';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let client: pg.Client;
let sql: Sql;
const log = { table: 'log', keepDays: 3, aheadDays: 1 };
const at = (iso: string): number => Date.parse(iso);
const idAt = (iso: string, tail = 'aaaaaaaaaaaa'): string =>
  lowestIdAt(at(iso)).replace('-0000-0000-000000000000', `-7000-8000-${tail}`);
const partitions = async (): Promise<string[]> =>
  (
    await sql<{ name: string }>(
      `SELECT relname AS name FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid AND relkind = 'r' ORDER BY 1`,
    )
  ).map(({ name }) => name);

beforeAll(async () => {
  database = await freshDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  sql = async <Row>(text: string, parameters?: unknown[]) =>
    (await client.query(text, parameters)).rows as Row[];
  await sql('CREATE TABLE log (id uuid PRIMARY KEY, what text) PARTITION BY RANGE (id)');
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

describe('partitions by day', () => {
  it('are there from the oldest day that is kept to the last one ahead, however often they are made', async () => {
    await createDayPartitions(sql, log, at('2026-03-01T23:59:59.999Z'));
    await createDayPartitions(sql, log, at('2026-03-01T00:00:00Z'));
    expect(await partitions()).toEqual([
      'log_20260226',
      'log_20260227',
      'log_20260228',
      'log_20260301',
      'log_20260302',
    ]);
  });

  it('hold the rows of their UTC day, to the millisecond', async () => {
    await sql('INSERT INTO log VALUES ($1, $2), ($3, $4)', [
      idAt('2026-02-28T23:59:59.999Z', 'ffffffffffff'),
      'last of February',
      idAt('2026-03-01T00:00:00.000Z', '000000000000'),
      'first of March',
    ]);
    expect(await sql('SELECT tableoid::regclass::text AS day, what FROM log ORDER BY id')).toEqual([
      { day: 'log_20260228', what: 'last of February' },
      { day: 'log_20260301', what: 'first of March' },
    ]);
  });

  it('are dropped with their rows once their day is past the days that are kept', async () => {
    expect(await dropOldPartitions(sql, log, at('2026-03-04T00:00:00Z'))).toEqual([
      'log_20260226',
      'log_20260227',
      'log_20260228',
    ]);
    expect(await sql('SELECT what FROM log')).toEqual([{ what: 'first of March' }]);
    expect(await dropOldPartitions(sql, log, at('2026-03-04T12:00:00Z'))).toEqual([]);
  });
});

describe('ids in time', () => {
  it('tell their moment, and whether they do', () => {
    expect(timeOfId(lowestIdAt(at('2026-03-01T12:34:56.789Z')))).toBe(at('2026-03-01T12:34:56.789Z'));
    expect(hasTime('01937f5e-1a2b-7c3d-8e4f-5a6b7c8d9e0f')).toBe(true);
    expect(hasTime('01937f5e-1a2b-4c3d-8e4f-5a6b7c8d9e0f')).toBe(false);
  });
});
