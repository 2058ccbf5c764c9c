import { CodedError } from '@qflow/contracts';
import {
  columnArrays,
  inTransaction,
  prepared,
  sqlState,
  unnest,
  writeOutbox,
  type OutboxEntry,
  type Sql,
  type StoredOutboxEntry,
} from '@qflow/persistence';
import type { DataSource } from 'typeorm';
import { givenColumnNames } from './given-columns.js';
import { guestColumns, selectGuest, type GuestRow, type StoredGuest } from './guest-row.js';
import { insertGuests } from './insert-guests.js';
import { planUpsert, type GuestItem, type ItemOutcome, type KnownGuests } from './plan-upsert.js';

/** The good items of one bulk call. */
export interface GuestBulk {
  accountId: string;
  eventId: string;
  items: readonly GuestItem[];
  /** The message that asks for a created guest's e-mail; null where it gets none. */
  send: (guest: GuestRow) => OutboxEntry | null;
}

/** Somebody stored one of the guests, or took a barcode, between our look and our insert: look again. */
class LostRace extends Error {}

const uniqueViolation = '23505';
/** Each try ends with somebody else's guests committed, and they can be waited for the next time. */
const attempts = 5;

/**
 * Creates and updates guests, and stores the messages for the e-mails of those it creates, in one transaction.
 *
 * Concurrent calls never lock each other up: each first locks the rows that exist, by id, and then inserts, by id.
 * Barcodes cannot be put into that order as well, so calls that bring their own take turns event by event.
 * @throws CodedError `unavailable` where others keep storing the same guests
 */
export async function upsertGuests(
  dataSource: DataSource,
  bulk: GuestBulk,
): Promise<{ outcomes: ItemOutcome[]; entries: StoredOutboxEntry[] }> {
  for (let attempt = 1; attempt <= attempts; attempt++)
    try {
      return await inTransaction(dataSource, (sql) => upsert(sql, bulk));
    } catch (error) {
      if (!(error instanceof LostRace) && sqlState(error) !== uniqueViolation) throw error;
    }
  throw new CodedError('unavailable', 'Other calls are storing the same guests. Try again shortly.', {
    retryAfter: 1,
  });
}

async function upsert(
  sql: Sql,
  bulk: GuestBulk,
): Promise<{ outcomes: ItemOutcome[]; entries: StoredOutboxEntry[] }> {
  const { outcomes, created, changed } = planUpsert(bulk.eventId, bulk.items, await lookUp(sql, bulk));
  const stored = await insertGuests(sql, created);
  if (stored.size < created.length) throw new LostRace();
  await updateGuests(sql, changed);
  const entries = await writeOutbox(
    sql,
    created.flatMap((guest) => bulk.send(guest) ?? []),
  );
  return { outcomes, entries };
}

const lockGuests = prepared(
  `${selectGuest} WHERE g.account_id = $1 AND g.id = ANY($2::uuid[]) ORDER BY g.id FOR UPDATE`,
);

async function lookUp(sql: Sql, { accountId, eventId, items }: GuestBulk): Promise<KnownGuests> {
  const barcodes = items.flatMap(({ given }) => given.barcode ?? []);
  if (barcodes.length > 0)
    await sql('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`barcodes/${accountId}/${eventId}`]);
  const ids = items.flatMap(({ id, isFresh }) => (isFresh ? [] : id));
  const guests = ids.length > 0 ? await sql<StoredGuest>(lockGuests, [accountId, ids]) : [];
  return {
    byId: new Map(guests.map((guest) => [guest.id, guest])),
    byBarcode: await ownersOf(sql, accountId, eventId, barcodes),
  };
}

async function ownersOf(
  sql: Sql,
  accountId: string,
  eventId: string,
  barcodes: readonly string[],
): Promise<Map<string, string>> {
  if (barcodes.length === 0) return new Map();
  const owners = await sql<{ barcode: string; id: string }>(
    'SELECT barcode, id FROM guests WHERE account_id = $1 AND event_id = $2 AND barcode = ANY($3::text[])',
    [accountId, eventId, barcodes],
  );
  return new Map(owners.map(({ barcode, id }) => [barcode, id]));
}

const written = [...givenColumnNames, 'updated_at'] as const;
const updateColumns = Object.fromEntries(
  (['account_id', 'id', ...written] as const).map((name) => [name, guestColumns[name]]),
);
const update = prepared(`UPDATE guests g SET ${written.map((name) => `${name} = given.${name}`).join(', ')}
   FROM ${unnest(updateColumns)} AS given (${Object.keys(updateColumns).join(', ')})
  WHERE g.account_id = given.account_id AND g.id = given.id`);

async function updateGuests(sql: Sql, guests: readonly GuestRow[]): Promise<void> {
  if (guests.length > 0) await sql(update, columnArrays(updateColumns, guests));
}
