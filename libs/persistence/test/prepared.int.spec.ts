import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { createDataSource, inTransaction, prepared, preparedInsert, sqlOf, type Sql } from '../src/index.js';
import { freshDatabase } from './fresh-database.js';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let dataSource: DataSource;
let sql: Sql;

beforeAll(async () => {
  database = await freshDatabase();
  // One connection, so that a spec knows which one it is on.
  const options = { url: database.url, schema: 'public', migrations: [], poolSize: 1 };
  dataSource = await createDataSource(options).initialize();
  sql = sqlOf(dataSource);
});
afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

const parsed = (): Promise<
  { name: string; statement: string; generic_plans: string; custom_plans: string }[]
> => sql('SELECT name, statement, generic_plans, custom_plans FROM pg_prepared_statements ORDER BY name');

/** Executes a statement so often that its plan does not depend on its parameters any more. */
async function wearIn(run: () => Promise<unknown>): Promise<void> {
  for (let n = 0; n < 10; n++) await run();
}

describe('a prepared statement', () => {
  it('is parsed once per connection, whatever the number of rows', async () => {
    await sql('CREATE TABLE parsed_once (id int PRIMARY KEY, note text)');
    const insert = preparedInsert('parsed_once', { id: 'int', note: 'text' }, 'RETURNING id');
    expect(await sql(...insert([{ id: 1, note: 'a' }]))).toEqual([{ id: 1 }]);
    expect(await sql(...insert([{ id: 2 }, { id: 3, note: 'c' }]))).toEqual([{ id: 2 }, { id: 3 }]);
    expect(await sql('SELECT note FROM parsed_once ORDER BY id')).toEqual([
      { note: 'a' },
      { note: null },
      { note: 'c' },
    ]);
    const texts = (await parsed()).map(({ statement }) => statement);
    expect(texts.filter((text) => text.includes('parsed_once'))).toHaveLength(1);
  });

  it('is what was registered, and nothing else', async () => {
    await sql('SELECT $1::int AS nobody_registered_me', [1]);
    expect((await parsed()).filter(({ statement }) => statement.includes('nobody_registered_me'))).toEqual(
      [],
    );
  });

  it('goes on after a failure of its own', async () => {
    const divide = prepared('SELECT 12 / $1::int AS quotient');
    expect(await sql(divide, [3])).toEqual([{ quotient: 4 }]);
    await expect(sql(divide, [0])).rejects.toThrow('division by zero');
    const unserialisable = {
      toPostgres: () => {
        throw new Error('not a number');
      },
    };
    await expect(sql(divide, [unserialisable])).rejects.toThrow('not a number');
    await expect(sql(divide, [4])).resolves.toEqual([{ quotient: 3 }]);
  });

  it('uses the index of a table that was empty when it was planned, soon after that has grown', async () => {
    await sql('CREATE TABLE grown (id int PRIMARY KEY, note text) WITH (autovacuum_enabled = false)');
    const find = prepared(
      'SELECT grown.id FROM unnest($1::int[]) AS wanted (id) JOIN grown ON grown.id = wanted.id ORDER BY 1',
    );
    const ids = Array.from({ length: 50 }, (_, n) => n + 7);
    const planOf = async (): Promise<string> => {
      const name = (await parsed()).find(({ statement }) => statement === find)?.name;
      const plan = await sql(`EXPLAIN EXECUTE ${name}('{${ids.join()}}')`);
      return JSON.stringify(plan);
    };
    const look = (): Promise<unknown> => sql(find, [ids]);
    await wearIn(look);
    expect(await planOf()).toContain('Seq Scan on grown');
    await sql('INSERT INTO grown SELECT n, repeat($1, 50) FROM generate_series(1, 100000) AS n', ['x']);
    await wearIn(look);
    expect(await planOf()).toContain('Index');
    expect(await planOf()).not.toContain('Seq Scan on grown');
    expect(await look()).toHaveLength(50);
  });

  it('survives a migration that changes what it answers', async () => {
    await sql('CREATE TABLE migrated (id int PRIMARY KEY)');
    await sql('INSERT INTO migrated VALUES (1)');
    const read = prepared('SELECT id FROM migrated');
    const count = prepared('SELECT max(id) AS id FROM migrated');
    await wearIn(() => Promise.all([sql(read), sql(count)]));
    await sql('ALTER TABLE migrated ALTER id TYPE bigint');
    const both = (): Promise<unknown> =>
      inTransaction(dataSource, async (inside) => [...(await inside(read)), ...(await inside(count))]);
    expect(await both()).toEqual([{ id: '1' }, { id: '1' }]);
    expect(await both()).toEqual([{ id: '1' }, { id: '1' }]);
  });

  it('is parsed anew on a new connection', async () => {
    const one = prepared('SELECT 1 AS one');
    await sql(one);
    await expect(sql('SELECT pg_terminate_backend(pg_backend_pid())')).rejects.toThrow('terminat');
    // The pool finds out a moment later.
    await expect(sql(one).catch(() => sql(one))).resolves.toEqual([{ one: 1 }]);
  });

  it('is not to be built of values', () => {
    expect(() => {
      for (let n = 0; n < 1000; n++) prepared(`SELECT ${n}`);
    }).toThrow('are values part of the text?');
  });
});
