/** A column of a table whose rows are copied. */
export interface Column {
  readonly name: string;
  /** As PostgreSQL calls it: `uuid`, `timestamp with time zone`, `text`, … */
  readonly type: string;
  /** Different values among the rows that are copied. */
  readonly distinct: number;
}

export interface Source {
  /** `schema.table` */
  readonly table: string;
  readonly columns: readonly Column[];
  /** How many rows are copied. */
  readonly rows: number;
}

/** How copies are spread. */
export interface Spread {
  /** Copies of each row: the first is the newest. */
  readonly copies: number;
  readonly days: number;
  /** Accounts beside that of the rows. */
  readonly accounts: number;
  /** One copy in so many stays with the account of the rows. */
  readonly ownEvery: number;
}

/** What more rows than that have in common is not their own: several rows may be about one send. */
const shared = 20;
const dayMs = 24 * 60 * 60 * 1_000;

/**
 * The statement that makes copies `$1` to `$2` of all rows in `sample`, oldest first, as they would have come in time.
 *
 * What a service has written is copied as it is, so that this knows of no service's columns, except for what would be
 * another value in another send:
 * - ids that differ from row to row (of guests, sends, events) and moments are made older. A UUIDv7 stays one, of that
 *   earlier moment, and stays in order; the same id becomes the same one in every table.
 * - ids that all rows share (account, event, template, subscription) are those of other accounts, in most copies.
 * - texts that differ from row to row (addresses, barcodes, ids of reports) get the number of the copy.
 */
export function copyStatement({ table, columns, rows }: Source, sample: string, spread: Spread): string {
  const names = columns.map(({ name }) => `"${name}"`).join(', ');
  const values = columns.map((column) => valueOf(column, rows, spread)).join(',\n       ');
  return `INSERT INTO ${table} (${names})
SELECT ${values}
  FROM generate_series($1::int, $2::int) AS numbered (number),
       LATERAL (SELECT $2::int + $1::int - number AS copy) AS copies, ${sample} AS original
 ORDER BY copy DESC, original.ctid`;
}

function valueOf({ name, type, distinct }: Column, rows: number, spread: Spread): string {
  const value = `original."${name}"`;
  const differs = distinct > Math.max(1, rows / shared);
  if (type === 'uuid') return differs ? older(value, stepMs(spread)) : elsewhere(value, spread);
  if (type.startsWith('timestamp')) return `${value} - copy * interval '${stepMs(spread)} ms'`;
  if (differs && type === 'text') return `${value} || '-' || copy`;
  if (differs && type === 'bytea') return `sha256(${value} || int4send(copy))`;
  return value;
}

/** Between one copy and the next older one. */
export const stepMs = ({ copies, days }: Pick<Spread, 'copies' | 'days'>): number =>
  Math.floor((days * dayMs) / copies);

/** RFC 9562: the first 48 bits of a UUIDv7 are milliseconds. Ids of other versions change there as well. */
const older = (id: string, step: number): string => moved(id, `copy::bigint * ${step}`);

function elsewhere(id: string, { accounts, ownEvery }: Spread): string {
  // Beyond what `older` makes of anything: an id that all rows share must not meet one that is a row's own.
  return `CASE WHEN copy % ${ownEvery} = 0 THEN ${id} ELSE ${moved(id, `(1 + copy % ${accounts})::bigint << 44`)} END`;
}

const moved = (id: string, by: string): string =>
  `encode(overlay(uuid_send(${id}) PLACING substring(int8send(` +
  `(('x' || left(encode(uuid_send(${id}), 'hex'), 12))::bit(48)::bigint - ${by}) & 281474976710655) FROM 3) FROM 1), 'hex')::uuid`;
