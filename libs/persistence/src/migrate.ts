import type { DataSource } from 'typeorm';
import pg from 'pg';

/**
 * Brings a service's schema up to date: creates it if missing and runs what has not run yet. Safe to call from any
 * number of replicas at once: a session-level advisory lock lets one work while the others wait and then find nothing to do.
 * @returns the names of the migrations that ran
 */
export async function migrate(dataSource: DataSource): Promise<string[]> {
  const { url, schema } = dataSource.options as { url: string; schema: string };
  const lock = new pg.Client({ connectionString: url });
  // It only holds the lock. Where its connection breaks, so does that of the migration, which says so.
  lock.on('error', () => {});
  await lock.connect();
  try {
    await lock.query('SELECT pg_advisory_lock(hashtext($1))', [`migrate:${schema}`]);
    await createSchema(lock, schema);
    if (!dataSource.isInitialized) await dataSource.initialize();
    const ran = await dataSource.runMigrations();
    return ran.map(({ name }) => name);
  } finally {
    await lock.end();
  }
}

/** A service may have a role of its own that must not create schemas: then somebody else has made its one. */
async function createSchema(client: pg.Client, schema: string): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_namespace WHERE nspname = $1', [schema]);
  if (rowCount === 0) await client.query(`CREATE SCHEMA ${pg.escapeIdentifier(schema)}`);
}
