import { randomBytes } from 'node:crypto';
import { createDataSource, migrate, type DatabaseOptions } from '@qflow/persistence';
import pg from 'pg';

export interface TestDatabase {
  url: string;
  /** Drops the database. Throws where a connection of the code under test is still open: it has leaked. */
  drop(): Promise<void>;
}

/**
 * A database of its own for one spec file, in the real server that the Jest run has started, with the given
 * services' schemas migrated. Schemas are migrated once per run into a template, of which each database is a copy.
 */
export async function testDatabase(
  schemas: readonly Pick<DatabaseOptions, 'schema' | 'migrations'>[] = [],
): Promise<TestDatabase> {
  const server = process.env.TEST_DATABASE_URL;
  if (!server)
    throw new Error('TEST_DATABASE_URL is not set: run the specs through `nx test` or tools/jest/run.js');
  const admin = new pg.Client({ connectionString: server });
  await admin.connect();
  try {
    const template = await templateOf(admin, server, schemas);
    const name = `spec_${randomBytes(8).toString('hex')}`;
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
    return { url: urlOf(server, name), drop: () => drop(server, name) };
  } finally {
    await admin.end();
  }
}

async function templateOf(
  admin: pg.Client,
  server: string,
  schemas: readonly Pick<DatabaseOptions, 'schema' | 'migrations'>[],
): Promise<string> {
  if (schemas.length === 0) return 'template1';
  const name = `template_${schemas.map(({ schema }) => schema).join('_')}`;
  await admin.query('SELECT pg_advisory_lock(hashtext($1))', [name]);
  const { rowCount } = await admin.query('SELECT FROM pg_database WHERE datname = $1', [name]);
  if (rowCount === 0) {
    const building = `${name}_building`;
    await admin.query(`CREATE DATABASE ${building}`);
    for (const { schema, migrations } of schemas) {
      const dataSource = createDataSource({ url: urlOf(server, building), schema, migrations, poolSize: 2 });
      await migrate(dataSource);
      await dataSource.destroy();
    }
    await admin.query(`ALTER DATABASE ${building} RENAME TO ${name}`);
  }
  await admin.query('SELECT pg_advisory_unlock(hashtext($1))', [name]);
  return name;
}

/** PostgreSQL's `object_in_use`. */
const objectInUse = '55006';

const urlOf = (server: string, database: string): string => {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
};

async function drop(server: string, name: string): Promise<void> {
  const admin = new pg.Client({ connectionString: server });
  await admin.connect();
  try {
    // PostgreSQL waits for those who are just leaving: a backend outlives its connection for a moment.
    await admin.query(`DROP DATABASE ${name}`);
  } catch (error) {
    if ((error as pg.DatabaseError).code !== objectInUse) throw error;
    const { rows } = await admin.query<{ application_name: string; query: string }>(
      'SELECT application_name, query FROM pg_stat_activity WHERE datname = $1',
      [name],
    );
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
    throw new Error(
      `connections leaked: ${rows.map((row) => `${row.application_name}: ${row.query}`).join('; ')}`,
      { cause: error },
    );
  } finally {
    await admin.end();
  }
}
