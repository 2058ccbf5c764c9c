import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { createDataSource, preparedInsert, sqlOf, sqlState, type Sql } from '../src/index.js';
import { binaryArray } from '../src/statements/binary-array.js';
import { freshDatabase } from './fresh-database.js';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let dataSource: DataSource;
let sql: Sql;

beforeAll(async () => {
  database = await freshDatabase();
  dataSource = await createDataSource({ url: database.url, schema: 'public', migrations: [] }).initialize();
  sql = sqlOf(dataSource);
});
afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

/** As PostgreSQL itself writes what it has got. */
async function understood(type: string, array: unknown): Promise<(string | null)[]> {
  const rows = await sql<{ value: string | null }>(
    `SELECT value::text FROM unnest($1::${type}[]) WITH ORDINALITY AS given (value, place) ORDER BY place`,
    [array],
  );
  return rows.map(({ value }) => value);
}

const uuid = randomUUID();
const samples: Record<string, unknown[]> = {
  uuid: [uuid, null, uuid.toUpperCase(), '00000000-0000-0000-0000-000000000000', undefined],
  text: [
    '',
    'plain',
    '"quoted", {braced} and \\ back',
    null,
    'NULL',
    'ünï 漢字 🎟️',
    'a\nb\tc',
    '\ud800 alone',
  ],
  jsonb: [JSON.stringify({ a: ['"', '\\', 'ü', null, 1.5] }), null, '"text"', '[]'],
  int: [0, -1, 2_147_483_647, -2_147_483_648, null],
  integer: [42],
  float8: [0, -0.5, 1e300, NaN, Infinity, -Infinity, null, 1_764_000_000_123.25],
  bool: [true, null, false],
  boolean: [false],
  bytea: [Buffer.from([0, 255, 92, 34]), null, Buffer.alloc(0)],
  timestamptz: [
    new Date(0),
    new Date('2026-11-22T12:34:56.789Z'),
    null,
    new Date('1999-12-31T23:59:59.999Z'),
    new Date('0001-01-01T00:00:00.001Z'),
    new Date('9999-12-31T23:59:59.999Z'),
  ],
};

describe('an array in binary', () => {
  it.each(Object.keys(samples))('of %s says what its text says', async (type) => {
    const values = samples[type] as unknown[];
    const binary = binaryArray(type, values);
    expect(binary).toBeInstanceOf(Buffer);
    expect(await understood(type, binary)).toEqual(await understood(type, values));
  });

  it.each([
    ['uuid', 'not an id', '22P02'],
    ['uuid', `${uuid}0`, '22P02'],
    ['int', 2_147_483_648, '22003'],
    ['int', 1.5, '22P02'],
    ['timestamptz', 'tomorrow, perhaps', '22007'],
  ])('leaves a %s that is none, %p, to PostgreSQL, which says what is wrong', async (type, wrong, state) => {
    const values = [(samples[type] as unknown[])[0], wrong];
    expect(binaryArray(type, values)).toBeNull();
    const refused = await understood(type, values).catch(sqlState);
    expect(refused).toBe(state);
  });

  it('is refused like its text where PostgreSQL can store no such character', async () => {
    const refused = await understood('text', binaryArray('text', ['zero \0 inside'])).catch(sqlState);
    expect(refused).toBe('22021');
  });

  it('is not made of what it does not know: other types, values of another kind, nothing at all', () => {
    expect(binaryArray('numeric', ['1.5'])).toBeNull();
    expect(binaryArray('text', ['a', 5])).toBeNull();
    expect(binaryArray('text', [['nested']])).toBeNull();
    expect(binaryArray('timestamptz', [new Date(NaN)])).toBeNull();
    expect(binaryArray('uuid', [])).toBeNull();
  });

  it('lets a set be inserted whose columns need either way', async () => {
    await sql('CREATE TABLE mixed (id uuid PRIMARY KEY, price numeric, data jsonb, seen timestamptz)');
    const columns = { id: 'uuid', price: 'numeric', data: 'jsonb', seen: 'timestamptz' };
    const insert = preparedInsert('mixed', columns, 'RETURNING id, price, data');
    const rows = [
      { id: uuid, price: '1.50', data: { tags: ['a "b"'] }, seen: new Date() },
      { id: randomUUID(), price: null, data: null, seen: null },
    ];
    const stored = rows.map(({ id, price, data }) => ({ id, price, data }));
    expect(await sql(...insert(rows))).toEqual(stored);
    expect(await sql(...insert([]))).toEqual([]);
  });
});
