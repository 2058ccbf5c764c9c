import type { Sql } from '../sql.js';
import { lowestIdAt } from './ids-in-time.js';

const dayMs = 24 * 60 * 60 * 1000;

/** The beginning of the UTC day of `time`, ms since the epoch. */
export const dayOf = (time: number): number => Math.floor(time / dayMs) * dayMs;

const suffixOf = (day: number): string => new Date(day).toISOString().slice(0, 10).replaceAll('-', '');

/** Which days a table that is partitioned by day has. */
export interface DayRange {
  /** A table made with `PARTITION BY RANGE (<a uuid column>)`; the ids in that column are UUIDv7. */
  table: string;
  /** How long rows are kept, by the time in their id. */
  keepDays: number;
  /** Days made ahead, so that midnight finds its partition there. */
  aheadDays: number;
}

/**
 * Makes the partitions from the oldest day that is kept to the last one ahead; those that exist stay as they are. Ids
 * in time order need no column of their own for the day, and a primary key on the id is unique over all partitions.
 * Any number of replicas may run it at once.
 */
export async function createDayPartitions(
  sql: Sql,
  { table, keepDays, aheadDays }: DayRange,
  now = Date.now(),
): Promise<void> {
  await lockPartitions(sql, table);
  const existing = new Set(await partitionNames(sql, table));
  for (let day = dayOf(now) - keepDays * dayMs; day <= dayOf(now) + aheadDays * dayMs; day += dayMs) {
    const name = `${table}_${suffixOf(day)}`;
    if (!existing.has(name))
      await sql(
        `CREATE TABLE ${name} PARTITION OF ${table}
           FOR VALUES FROM ('${lowestIdAt(day)}') TO ('${lowestIdAt(day + dayMs)}')`,
      );
  }
}

/**
 * Drops the partitions whose days are past `keepDays`: the only way in which rows leave such a table by age, and one
 * that costs the same for a day of a thousand rows and of a hundred million.
 * @returns the names of what was dropped
 */
export async function dropOldPartitions(
  sql: Sql,
  { table, keepDays }: DayRange,
  now = Date.now(),
): Promise<string[]> {
  await lockPartitions(sql, table);
  const oldest = `${table}_${suffixOf(dayOf(now) - keepDays * dayMs)}`;
  const old = (await partitionNames(sql, table)).filter((name) => name < oldest);
  for (const name of old) await sql(`DROP TABLE ${name}`);
  return old;
}

/** One replica at a time, until the end of the caller's transaction. */
const lockPartitions = (sql: Sql, table: string): Promise<unknown[]> =>
  sql(`SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || '.' || $1, 0))`, [table]);

async function partitionNames(sql: Sql, table: string): Promise<string[]> {
  const rows = await sql<{ name: string }>(
    `SELECT relname AS name FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
      WHERE inhparent = $1::regclass ORDER BY relname`,
    [table],
  );
  return rows.map(({ name }) => name);
}
