import type { Sql } from '@qflow/persistence';
import { sealedColumns } from './sealed-columns.js';

/** Subscriptions by the id of the key that something secret of theirs is under; one may count for several keys. */
export async function keysInUse(sql: Sql): Promise<ReadonlyMap<string, number>> {
  const rows = await sql<{ key: string; subscriptions: number }>(
    `SELECT coalesce(substring(sealed from '^(.+)[.]'), '') AS key, count(DISTINCT id)::int AS subscriptions
       FROM subscriptions, unnest(ARRAY[${sealedColumns.map(inUse).join(', ')}]) AS sealed
      WHERE deleted_at IS NULL AND sealed IS NOT NULL
      GROUP BY 1 ORDER BY 1`,
  );
  return new Map(rows.map(({ key, subscriptions }) => [key, subscriptions]));
}

/** A secret whose overlap is over is of no use to anybody, whatever it is under. */
const inUse = (column: (typeof sealedColumns)[number]): string =>
  column === 'previous_secret' ? 'CASE WHEN previous_until > now() THEN previous_secret END' : column;
