import { binaryArray } from './statements/binary-array.js';
import { prepared } from './statements/prepared.js';

/** Column name → Postgres type of one value, in the order in which the values are given. */
export type Columns = Record<string, string>;

/**
 * A set-based insert: one statement and one parameter per column, whatever the number of rows.
 *
 * ```ts
 * await sql(...insertRows('guests', { id: 'uuid', tags: 'text' }, rows, 'ON CONFLICT DO NOTHING RETURNING id'));
 * ```
 * `jsonb` values are given as objects or null; everything else as node-postgres takes it.
 */
export function insertRows<Row extends object>(
  table: string,
  columns: Columns,
  rows: readonly Row[],
  tail = '',
): [text: string, parameters: unknown[]] {
  return [insertText(table, columns, tail), columnArrays(columns, rows)];
}

/**
 * The same for a statement that is always the same, made once: it is {@link prepared}.
 *
 * ```ts
 * const insertGuests = preparedInsert('guests', { id: 'uuid', tags: 'text' }, 'ON CONFLICT DO NOTHING RETURNING id');
 * await sql(...insertGuests(rows));
 * ```
 */
export function preparedInsert<Row extends object = object>(
  table: string,
  columns: Columns,
  tail = '',
): (rows: readonly Row[]) => [text: string, parameters: unknown[]] {
  const text = prepared(insertText(table, columns, tail));
  return (rows) => [text, columnArrays(columns, rows)];
}

const insertText = (table: string, columns: Columns, tail: string): string =>
  `INSERT INTO ${table} (${Object.keys(columns).join(', ')}) SELECT * FROM ${unnest(columns)} ${tail}`;

/** `unnest($1::uuid[], $2::text[])`, numbered from `from`. */
export const unnest = (columns: Columns, from = 1): string =>
  `unnest(${Object.values(columns)
    .map((type, index) => `$${index + from}::${type}[]`)
    .join(', ')})`;

/** One array per column, as {@link unnest} expects them. */
export const columnArrays = <Row extends object>(columns: Columns, rows: readonly Row[]): unknown[] =>
  Object.entries(columns).map(([name, type]) => {
    const values = rows.map((row) => {
      const value = (row as Record<string, unknown>)[name] ?? null;
      return type === 'jsonb' && value !== null ? JSON.stringify(value) : value;
    });
    return binaryArray(type, values) ?? values;
  });
