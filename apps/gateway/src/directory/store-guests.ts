import {
  inTransaction,
  writeOutbox,
  type OutboxEntry,
  type Sql,
  type StoredOutboxEntry,
} from '@qflow/persistence';
import type { DataSource } from 'typeorm';
import { selectGuest, type GuestRow, type StoredGuest } from './guest-row.js';
import { insertGuests, keyOf } from './insert-guests.js';
import { mintBarcode } from './mint-barcode.js';

/** A guest that has passed every check and waits to be stored. */
export interface PendingGuest {
  row: StoredGuest;
  /** The caller chose the barcode; a minted one may be replaced. */
  ownBarcode: boolean;
  /** The message that asks for the guest's e-mail; called once the row is stored as it is. */
  send: ((row: GuestRow) => OutboxEntry) | null;
}

/**
 * - `created`: stored just now, with its send.
 * - `existing`: this id was there, from this moment or from last year; nothing was stored or sent.
 * - `barcode_taken`: the caller's barcode belongs to another guest of the event.
 */
export type GuestOutcome = { is: 'created' | 'existing'; guest: StoredGuest } | { is: 'barcode_taken' };

/** Two guests meet the same minted barcode about once in 10^24 tries: more than a few tries mean that something is broken. */
const maxMints = 3;

/**
 * Stores guests and the messages for their e-mails in one transaction, also where some of them are known.
 * @returns one outcome per guest, in order, and what to publish
 */
export function storeGuests(
  dataSource: DataSource,
  guests: readonly PendingGuest[],
): Promise<{ outcomes: GuestOutcome[]; entries: StoredOutboxEntry[] }> {
  // Of the same id several times in one batch, the first is stored and the others find it.
  const first = new Map<string, PendingGuest>();
  for (const guest of guests) if (!first.has(keyOf(guest.row))) first.set(keyOf(guest.row), guest);
  return inTransaction(dataSource, async (sql) => {
    const outcomes = await storeDistinct(sql, first);
    const created = [...first].filter(([key]) => outcomes.get(key)?.is === 'created');
    const entries = await writeOutbox(
      sql,
      created.flatMap(([, { row, send }]) => (send ? [send(row)] : [])),
    );
    return { outcomes: guests.map((guest) => outcomeOf(guest, first, outcomes)), entries };
  });
}

function outcomeOf(
  guest: PendingGuest,
  first: ReadonlyMap<string, PendingGuest>,
  outcomes: ReadonlyMap<string, GuestOutcome>,
): GuestOutcome {
  const key = keyOf(guest.row);
  const outcome = outcomes.get(key) as GuestOutcome;
  return outcome.is === 'created' && first.get(key) !== guest ? { ...outcome, is: 'existing' } : outcome;
}

async function storeDistinct(
  sql: Sql,
  guests: ReadonlyMap<string, PendingGuest>,
): Promise<Map<string, GuestOutcome>> {
  const outcomes = new Map<string, GuestOutcome>();
  let open = [...guests.values()];
  for (let mint = 0; open.length > 0; mint++) {
    const stored = await insertGuests(
      sql,
      open.map(({ row }) => row),
    );
    for (const { row } of open)
      if (stored.has(keyOf(row))) outcomes.set(keyOf(row), { is: 'created', guest: row });
    open = open.filter(({ row }) => !stored.has(keyOf(row)));
    for (const guest of await existing(sql, open)) outcomes.set(keyOf(guest), { is: 'existing', guest });
    // Not stored and not there: the barcode is another guest's.
    open = open.filter(({ row }) => !outcomes.has(keyOf(row)));
    if (mint === maxMints) throw new Error('minted barcodes keep colliding');
    for (const { row, ownBarcode } of open)
      if (ownBarcode) outcomes.set(keyOf(row), { is: 'barcode_taken' });
      else row.barcode = mintBarcode();
    open = open.filter(({ row }) => !outcomes.has(keyOf(row)));
  }
  return outcomes;
}

async function existing(sql: Sql, guests: readonly PendingGuest[]): Promise<StoredGuest[]> {
  if (guests.length === 0) return [];
  return sql<StoredGuest>(
    `${selectGuest} JOIN unnest($1::uuid[], $2::uuid[]) AS asked (account_id, id)
       ON g.account_id = asked.account_id AND g.id = asked.id`,
    [guests.map(({ row }) => row.account_id), guests.map(({ row }) => row.id)],
  );
}
