import pg from 'pg';

/** A column and its type. */
export type Columns = Readonly<Record<string, string>>;

const schema = 'bench_floor';
const connections = 4;

/** A table with a primary key and nothing else, in a schema of its own, filled by prepared statements. */
export async function bareTable<Row extends object>(
  databaseUrl: string,
  name: string,
  columns: Columns,
): Promise<(rows: readonly Row[]) => Promise<unknown>> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: connections });
  const names = Object.keys(columns);
  const types = Object.values(columns);
  await pool.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
  await pool.query(`DROP TABLE IF EXISTS ${schema}.${name}`);
  const defined = names.map((column) => `${column} ${columns[column]} NOT NULL`);
  await pool.query(`CREATE TABLE ${schema}.${name} (${defined.join(', ')}, PRIMARY KEY (${names[0]}))`);
  const arrays = types.map((type, index) => `$${index + 1}::${type}[]`);
  const text = `INSERT INTO ${schema}.${name} SELECT * FROM unnest(${arrays.join(', ')})`;
  return (rows) =>
    pool.query({
      name,
      text,
      values: names.map((column) => rows.map((row) => (row as Record<string, unknown>)[column])),
    });
}
