import type pg from 'pg';
import { copyStatement, type Spread } from './copy-statement.js';
import { sampleSchema, takeSamples, type Sample } from './sample-tables.js';

export interface SeedOptions {
  /** Sends, and as many deliveries. */
  readonly rows: number;
  readonly progress: (share: number) => void;
  readonly signal: AbortSignal;
}

/** What there is of a table now. */
export interface Seeded {
  readonly table: string;
  readonly rows: number;
}

/** Rows of real sends that are copied: enough that every copy of an index page has neighbours of other sends. */
const sampleSends = 2_000;
const rowsPerStatement = 50_000;
/** A month of the log, within its partitions. */
const days = 29;
const accounts = 49;
/** A fifth of everything is of one account: lists and searches are as slow as those of the largest. */
const ownEvery = 5;
/** One for each core of the machine that is measured. */
const sessions = 2;

/**
 * Fills the tables with what as many sends would have left there over a month, by copies of those that were really
 * made. Nothing of the schema is touched: every index and check is there while it goes on.
 * @param database A user who may do everything.
 */
export async function seed(database: pg.Pool, { rows, progress, signal }: SeedOptions): Promise<Seeded[]> {
  const clients = await Promise.all(Array.from({ length: sessions }, () => database.connect()));
  try {
    for (const client of clients)
      for (const setting of ['synchronous_commit = off', "work_mem = '256MB'"])
        await client.query(`SET ${setting}`);
    const { samples, sends } = await takeSamples(clients[0] as pg.PoolClient, sampleSends);
    if (sends === 0) throw new Error('There is no finished send to make copies of.');
    const spread: Spread = { copies: Math.ceil(rows / sends), days, accounts, ownEvery };
    const all = samples.reduce((sum, sample) => sum + sample.rows, 0) * spread.copies;
    let made = 0;
    const queue = [...samples].sort((a, b) => b.rows - a.rows);
    const work = async (client: pg.PoolClient) => {
      for (let sample = queue.shift(); sample; sample = queue.shift()) {
        await copy(client, sample, spread, (more) => progress((made += more) / all), signal);
        // As autovacuum leaves it some time later.
        await client.query(`VACUUM (ANALYZE) ${sample.table}`);
      }
    };
    await Promise.all(clients.map(work));
    await clients[0]?.query(`DROP SCHEMA ${sampleSchema} CASCADE`);
    await clients[0]?.query('CHECKPOINT');
    return samples.map((sample) => ({ table: sample.table, rows: sample.rows * (spread.copies + 1) }));
  } finally {
    // Their settings go with them.
    for (const client of clients) client.release(true);
  }
}

async function copy(
  client: pg.PoolClient,
  sample: Sample,
  spread: Spread,
  made: (rows: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const statement = copyStatement(sample, sample.sample, spread);
  const step = Math.max(1, Math.floor(rowsPerStatement / sample.rows));
  for (let to = spread.copies; to >= 1; to -= step) {
    signal.throwIfAborted();
    const from = Math.max(1, to - step + 1);
    const { rowCount } = await client.query(statement, [from, to]);
    made(rowCount ?? 0);
  }
}
