import {
  columnArrays,
  outboxValues,
  prepared,
  sqlState,
  storedAs,
  unnest,
  type OutboxEntry,
  type Sql,
  type StoredOutboxEntry,
} from '@qflow/persistence';
import { guestColumns, type GuestRow } from './guest-row.js';
import { inKeyOrder } from './insert-guests.js';
import type { PendingGuest } from './store-guests.js';

/**
 * What `require_stored` says where somebody was not new; and PostgreSQL, where batches with barcodes of callers' own,
 * which cannot be put into the order of keys as well, have locked each other up.
 */
const notNew = new Set(['QF001', '40P01']);

/** Of messages in one row, UTF-16 units: more is for `writeOutbox`, which divides them. */
const maxLength = 1024 * 1024;

const names = Object.keys(guestColumns);
const [entryCount, envelopes, bodies, guestCount] = [1, 2, 3, 4].map((place) => `$${names.length + place}`);

/** One statement is one transaction, and one way to PostgreSQL and back in place of four. */
const store = prepared(`
  WITH stored AS (
    INSERT INTO guests (${names.join(', ')}) SELECT * FROM ${unnest(guestColumns)}
    ON CONFLICT DO NOTHING RETURNING id),
  queued AS (
    INSERT INTO outbox (message_count, envelopes, bodies)
    SELECT ${entryCount}::int, ${envelopes}::json, ${bodies}::text WHERE ${entryCount}::int > 0
    RETURNING id)
  SELECT (SELECT id FROM queued) AS entry, require_stored((SELECT count(*) FROM stored), ${guestCount}::int)`);

/**
 * Stores guests whom nobody knows yet, as nearly all are, together with the messages for their e-mails.
 * @returns what to publish; undefined where nothing was stored, because not all of them are new or their messages are
 * too large to be stored together
 */
export async function storeNewGuests(
  sql: Sql,
  guests: readonly PendingGuest[],
): Promise<StoredOutboxEntry[] | undefined> {
  const rows: GuestRow[] = [];
  const entries: OutboxEntry[] = [];
  let length = 0;
  for (const { row, send } of guests) {
    rows.push(row);
    if (!send) continue;
    const entry = send(row);
    entries.push(entry);
    length += entry.body.length;
  }
  if (length > maxLength) return undefined;
  try {
    const [stored] = await sql<{ entry: string | null }>(store, [
      ...columnArrays(guestColumns, inKeyOrder(rows)),
      ...outboxValues(entries),
      guests.length,
    ]);
    return stored?.entry == null ? [] : storedAs(stored.entry, entries);
  } catch (error) {
    if (notNew.has(sqlState(error) ?? '')) return undefined;
    throw error;
  }
}
