import type { DataSource } from 'typeorm';
import type pg from 'pg';
import { sqlState } from './sql-state.js';
import { poolOf, sqlOn, type Sql } from './sql.js';
import { isStaleStatement } from './statements/prepared-client.js';

/** SQLSTATE of a transaction that lost against a concurrent one and may simply be tried again. */
const lostRace = new Set(['40001', '40P01']);
const attempts = 3;

/** Lost a race, or met a schema that has changed since a statement was parsed. */
const mayPass = (error: unknown): boolean => lostRace.has(sqlState(error) ?? '') || isStaleStatement(error);

/**
 * Runs `work` in one transaction: commits when it resolves, rolls back when it throws. Serialization failures and
 * deadlocks are tried again, so `work` must have no effect but its SQL.
 */
export async function inTransaction<T>(dataSource: DataSource, work: (sql: Sql) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++)
    try {
      return await transact(await poolOf(dataSource).connect(), work);
    } catch (error) {
      if (attempt === attempts || !mayPass(error)) throw error;
    }
}

/** Straight on the pool's connection: TypeORM's query runner costs as much again as the statements do. */
async function transact<T>(client: pg.PoolClient, work: (sql: Sql) => Promise<T>): Promise<T> {
  const sql = sqlOn(client);
  let isBroken = false;
  try {
    await sql('BEGIN');
    const result = await work(sql);
    await sql('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => (isBroken = true));
    throw error;
  } finally {
    client.release(isBroken);
  }
}
