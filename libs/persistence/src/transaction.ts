import type { DataSource } from 'typeorm';
import { sqlOf, type Sql } from './sql.js';

/** SQLSTATE of a transaction that lost against a concurrent one and may simply be tried again. */
const lostRace = new Set(['40001', '40P01']);
const attempts = 3;

/** SQLSTATE of a failed statement, where there is one (PostgreSQL manual, appendix A). */
export const sqlState = (error: unknown): string | undefined => {
  const code =
    (error as { driverError?: { code?: unknown } })?.driverError?.code ?? (error as { code?: unknown })?.code;
  return typeof code === 'string' ? code : undefined;
};

/**
 * Runs `work` in one transaction: commits when it resolves, rolls back when it throws. Serialization failures and
 * deadlocks are tried again, so `work` must have no effect but its SQL.
 */
export async function inTransaction<T>(dataSource: DataSource, work: (sql: Sql) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++)
    try {
      return await dataSource.transaction((manager) => work(sqlOf(manager)));
    } catch (error) {
      if (attempt === attempts || !lostRace.has(sqlState(error) ?? '')) throw error;
    }
}
