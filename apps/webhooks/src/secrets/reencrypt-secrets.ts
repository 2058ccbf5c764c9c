import {
  columnArrays,
  encrypt,
  inTransaction,
  keyIdOf,
  sqlOf,
  unnest,
  type KeyRing,
  type Sql,
} from '@qflow/persistence';
import type { DataSource } from 'typeorm';
import { openSecret, SecretUnreadable } from './open-secret.js';
import { sealedColumns, type SealedRow } from './sealed-columns.js';

/** What a run has come to, in subscriptions. */
export interface Reencryption {
  /** Now under the newest key. */
  reencrypted: number;
  /** Were so before. */
  already: number;
  /** Ids of those of which something cannot be read; what can be is under the newest key all the same. */
  failed: string[];
}

/** Locked together: for so little time that nobody notices. */
const chunk = 200;

/**
 * Brings everything that is secret of the subscriptions under the ring's newest key. The service may run meanwhile, and
 * any number of these: each chunk is locked, read and written in one transaction. Interrupted or repeated, it does what
 * is left to do. Secrets whose rotation is over are forgotten instead.
 */
export async function reencryptSecrets(dataSource: DataSource, keys: KeyRing): Promise<Reencryption> {
  await forgetExpired(sqlOf(dataSource));
  const total: Reencryption = { reencrypted: 0, already: 0, failed: [] };
  let after: string | undefined = '00000000-0000-0000-0000-000000000000';
  while (after !== undefined) {
    const from: string = after;
    const done = await inTransaction(dataSource, (sql) => reencryptChunk(sql, keys, from));
    total.reencrypted += done.reencrypted;
    total.already += done.already;
    total.failed.push(...done.failed);
    after = done.last;
  }
  return total;
}

const forgetExpired = (sql: Sql): Promise<unknown[]> =>
  sql(
    `UPDATE subscriptions SET previous_secret = NULL, previous_until = NULL
      WHERE previous_until <= now() AND deleted_at IS NULL`,
  );

async function reencryptChunk(
  sql: Sql,
  keys: KeyRing,
  after: string,
): Promise<Reencryption & { last: string | undefined }> {
  const rows = await sql<SealedRow>(
    `SELECT id, ${sealedColumns.join(', ')} FROM subscriptions
      WHERE id > $1 AND deleted_at IS NULL ORDER BY id LIMIT ${chunk} FOR NO KEY UPDATE`,
    [after],
  );
  const outcomes = rows.map((row) => reencrypted(row, keys));
  await write(
    sql,
    outcomes.filter(({ changed }) => changed).map(({ row }) => row),
  );
  return {
    reencrypted: outcomes.filter(({ changed, readable }) => changed && readable).length,
    already: outcomes.filter(({ changed, readable }) => !changed && readable).length,
    failed: outcomes.filter(({ readable }) => !readable).map(({ row }) => row.id),
    last: rows.at(-1)?.id,
  };
}

/** The row under the newest key. Also what is under it already is read: the run vouches for all that it has seen. */
function reencrypted(
  before: SealedRow,
  keys: KeyRing,
): { row: SealedRow; changed: boolean; readable: boolean } {
  const row = { ...before };
  let readable = true;
  for (const column of sealedColumns)
    try {
      const stored = before[column];
      if (stored === null) continue;
      const opened = openSecret(keys, before.id, stored);
      if (keyIdOf(stored) !== keys.newest) row[column] = encrypt(keys, opened);
    } catch (error) {
      if (!(error instanceof SecretUnreadable)) throw error;
      readable = false;
    }
  return { row, changed: sealedColumns.some((column) => row[column] !== before[column]), readable };
}

const columns = Object.fromEntries([['id', 'uuid'], ...sealedColumns.map((column) => [column, 'text'])]) as {
  [Column in keyof SealedRow]: string;
};

/** `updated_at` stays: nothing has changed that anybody outside could see. */
async function write(sql: Sql, rows: readonly SealedRow[]): Promise<void> {
  if (rows.length === 0) return;
  await sql(
    `UPDATE subscriptions SET ${sealedColumns.map((column) => `${column} = new.${column}`).join(', ')}
       FROM ${unnest(columns)} AS new (${Object.keys(columns).join(', ')})
      WHERE subscriptions.id = new.id`,
    columnArrays(columns, rows),
  );
}
