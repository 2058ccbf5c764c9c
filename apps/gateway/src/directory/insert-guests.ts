import { insertRows, type Sql } from '@qflow/persistence';
import { guestColumns, type GuestRow } from './guest-row.js';

/** What makes a guest one and the same. */
export type GuestKey = Pick<GuestRow, 'account_id' | 'id'>;

export const keyOf = ({ account_id, id }: GuestKey): string => `${account_id}/${id}`;

/**
 * Rows go in by key, so that concurrent batches wait for each other instead of locking each other up.
 * @returns the keys of the rows that were stored; the others conflict with a committed row, in id or in barcode
 */
export async function insertGuests(sql: Sql, guests: readonly GuestRow[]): Promise<Set<string>> {
  if (guests.length === 0) return new Set();
  const rows = [...guests].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const stored = await sql<GuestKey>(
    ...insertRows('guests', guestColumns, rows, 'ON CONFLICT DO NOTHING RETURNING account_id, id'),
  );
  return new Set(stored.map(keyOf));
}
