import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { createDataSource, inTransaction, isDependencyDown, sqlOf, type Sql } from '../src/index.js';
import { freshDatabase } from './fresh-database.js';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let dataSource: DataSource;

beforeAll(async () => {
  database = await freshDatabase();
  dataSource = await createDataSource({
    url: database.url,
    schema: 'public',
    migrations: [],
    statementTimeoutMs: 0,
  }).initialize();
});
afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

const failureOf = (work: (sql: Sql) => Promise<unknown>): Promise<unknown> =>
  inTransaction(dataSource, work).then(
    () => null,
    (error: unknown) => error,
  );

/** Ends the session of a transaction from another one, as a server does that goes down; settles when it is over. */
async function endSession(sql: Sql): Promise<void> {
  const [session] = await sql<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const other = sqlOf(dataSource);
  await other('SELECT pg_terminate_backend($1, 5000)', [session?.pid]);
}

describe('a database that is away', () => {
  it('is told from a fault of the statement, also where the connection is lost between two of them', async () => {
    const failure = await failureOf(async (sql) => {
      await endSession(sql);
      // By now the client has noticed.
      await sqlOf(dataSource)('SELECT 1');
      await sql('SELECT 1');
    });
    expect(failure).toBeInstanceOf(Error);
    expect(isDependencyDown(failure)).toBe(true);
  });

  it('may also be one that cannot be written to, such as the one that was failed over from', async () => {
    const failure = await failureOf(async (sql) => {
      await sql('SET TRANSACTION READ ONLY');
      await sql('CREATE TABLE spec (id int)');
    });
    expect(isDependencyDown(failure)).toBe(true);
  });

  it('may also be one that does not let us in, such as while a password is changed', async () => {
    const url = new URL(database.url);
    url.password = 'not-this-one';
    const stranger = createDataSource({ url: url.href, schema: 'public', migrations: [] });
    const failure = await stranger.initialize().then(
      () => null,
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ message: expect.stringContaining('password authentication failed') });
    expect(isDependencyDown(failure)).toBe(true);
  });

  it.each(['SELECT 1/0', 'SELECT nonsense', "SELECT E'\\xff'::jsonb"])(
    'is not what %s fails for',
    async (statement) => {
      expect(isDependencyDown(await failureOf((sql) => sql(statement)))).toBe(false);
    },
  );
});
