import type { PoolClient } from 'pg';
import type { Column, Source } from './copy-statement.js';

/** Where the rows to be copied lie while they are. */
export const sampleSchema = 'bench';
const services = ['gateway', 'sender', 'webhooks'];

export interface Sample extends Source {
  /** The table that holds the rows. */
  readonly sample: string;
}

/** Every table of the services that keeps something about single sends; deliveries are about sends as well. */
const tablesOfSends = `
  SELECT format('%I.%I', nspname, relname) AS table, CASE WHEN relname = 'sends' THEN 'id' ELSE 'send_id' END AS key
    FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
   WHERE nspname = ANY ($1) AND relkind IN ('r', 'p') AND NOT relispartition AND relpersistence = 'p'
     AND (relname = 'sends'
       OR EXISTS (SELECT FROM pg_attribute WHERE attrelid = pg_class.oid AND attname = 'send_id' AND NOT attisdropped))
   ORDER BY 1`;

/** Generated ones make themselves. */
const columnsOf = `
  SELECT attname AS name, format_type(atttypid, NULL) AS type FROM pg_attribute
   WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attidentity = ''
   ORDER BY attnum`;

/**
 * Puts the rows of finished sends aside, table by table as the services have left them.
 * @param sends How many, at the most.
 * @returns the tables that have any, and how many sends there were
 */
export async function takeSamples(
  client: PoolClient,
  sends: number,
): Promise<{ samples: Sample[]; sends: number }> {
  await client.query(`CREATE SCHEMA ${sampleSchema}`);
  const { rowCount } = await client.query(
    `CREATE TABLE ${sampleSchema}.chosen AS
     SELECT id, row_number() OVER (ORDER BY id) AS number FROM sender.sends
      WHERE state NOT IN ('queued', 'sending', 'unknown') ORDER BY id LIMIT ${Math.floor(sends)}`,
  );
  const { rows } = await client.query<{ table: string; key: string }>(tablesOfSends, [services]);
  const samples: Sample[] = [];
  for (const { table, key } of rows) {
    const { rows: found } = await client.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM ${table} AS t JOIN ${sampleSchema}.chosen ON chosen.id = t.${key}`,
    );
    const perSend = Math.round((found[0]?.count ?? 0) / (rowCount ?? 1));
    const sample = await takeSample(client, table, key, Math.max(1, perSend));
    if (sample.rows > 0) samples.push(sample);
  }
  return { samples, sends: rowCount ?? 0 };
}

/** @param every The sends of which it takes the rows: where each has two, every second. No table is to be the largest. */
async function takeSample(client: PoolClient, table: string, key: string, every: number): Promise<Sample> {
  const sample = `${sampleSchema}."${table.replaceAll('"', '')}"`;
  const { rowCount } = await client.query(
    `CREATE TABLE ${sample} AS SELECT t.* FROM ${table} AS t
       JOIN ${sampleSchema}.chosen ON chosen.id = t.${key} AND number % ${every} = 0
      ORDER BY t.${key}`,
  );
  const { rows: columns } = await client.query<Omit<Column, 'distinct'>>(columnsOf, [table]);
  const counted = columns.map(({ name }) => `count(DISTINCT "${name}"::text)::int AS "${name}"`).join(', ');
  const { rows } = await client.query<Record<string, number>>(`SELECT ${counted} FROM ${sample}`);
  return {
    table,
    sample,
    rows: rowCount ?? 0,
    columns: columns.map((column) => ({ ...column, distinct: rows[0]?.[column.name] ?? 0 })),
  };
}
