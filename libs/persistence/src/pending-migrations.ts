import pg from 'pg';
import type { DataSource } from 'typeorm';
import { sqlState } from './sql-state.js';

/** PostgreSQL manual, appendix A: there is no such schema, or no such table in it. */
const nothingThere = new Set(['3F000', '42P01']);

/**
 * The names of the migrations that this code comes with and the schema has not had. Those that only the schema knows
 * do not count: while a new version is rolled out, replicas of the one before it run on the newer schema.
 */
export async function pendingMigrations(dataSource: DataSource): Promise<string[]> {
  const had = await migrationsHad(dataSource);
  return dataSource.migrations
    .map((migration) => migration.name ?? migration.constructor.name)
    .filter((name) => !had.has(name));
}

async function migrationsHad(dataSource: DataSource): Promise<Set<string>> {
  const { schema } = dataSource.options as { schema: string };
  try {
    const rows: { name: string }[] = await dataSource.query(
      `SELECT name FROM ${pg.escapeIdentifier(schema)}.migrations`,
    );
    return new Set(rows.map(({ name }) => name));
  } catch (error) {
    if (nothingThere.has(String(sqlState(error)))) return new Set();
    throw error;
  }
}
