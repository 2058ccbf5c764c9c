import { preparedInsert, type Sql } from '@qflow/persistence';
import { guestColumns, type GuestRow } from './guest-row.js';

/** What makes a guest one and the same. */
export type GuestKey = Pick<GuestRow, 'account_id' | 'id'>;

export const keyOf = ({ account_id, id }: GuestKey): string => `${account_id}/${id}`;

/** Rows go in by key, so that concurrent batches wait for each other instead of locking each other up. */
export const inKeyOrder = (guests: readonly GuestRow[]): GuestRow[] =>
  [...guests].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));

const insert = preparedInsert<GuestRow>(
  'guests',
  guestColumns,
  'ON CONFLICT DO NOTHING RETURNING account_id, id',
);

/** @returns the keys of the rows that were stored; the others conflict with a committed row, in id or in barcode */
export async function insertGuests(sql: Sql, guests: readonly GuestRow[]): Promise<Set<string>> {
  if (guests.length === 0) return new Set();
  const stored = await sql<GuestKey>(...insert(inKeyOrder(guests)));
  return new Set(stored.map(keyOf));
}
