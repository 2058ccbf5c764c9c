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
  const names = Object.keys(columns);
  return [
    `INSERT INTO ${table} (${names.join(', ')}) SELECT * FROM ${unnest(columns)} ${tail}`,
    columnArrays(columns, rows),
  ];
}

/** `unnest($1::uuid[], $2::text[])`, numbered from `from`. */
export const unnest = (columns: Columns, from = 1): string =>
  `unnest(${Object.values(columns)
    .map((type, index) => `$${index + from}::${type}[]`)
    .join(', ')})`;

/** One array per column, as {@link unnest} expects them. */
export const columnArrays = <Row extends object>(columns: Columns, rows: readonly Row[]): unknown[] =>
  Object.entries(columns).map(([name, type]) =>
    rows.map((row) => {
      const value = (row as Record<string, unknown>)[name] ?? null;
      return type === 'jsonb' && value !== null ? JSON.stringify(value) : value;
    }),
  );
