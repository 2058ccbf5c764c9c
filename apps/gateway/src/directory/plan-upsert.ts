import { isDeepStrictEqual } from 'node:util';
import { CodedError, invalidField } from '@qflow/contracts';
import { givenColumns } from './given-columns.js';
import { endsBeforeItStarts, type GuestFields } from './guest.dto.js';
import type { StoredGuest } from './guest-row.js';
import { barcodeTaken, guestOfAnotherEvent } from './refusals.js';

/** One item of a bulk call that is right in itself. */
export interface GuestItem {
  /** The caller's, or one that was minted for it. */
  id: string;
  /** Minted for this very request: nobody can have it yet. */
  isFresh: boolean;
  given: GuestFields;
  /** The row of a guest nobody knows yet, or why there may be none. */
  create: (() => StoredGuest) | CodedError;
}

/** What is stored already, of all that the items speak of. */
export interface KnownGuests {
  /** Guests of the account, of whichever event. */
  byId: ReadonlyMap<string, StoredGuest>;
  /** Ids of the event's guests. */
  byBarcode: ReadonlyMap<string, string>;
}

export type ItemOutcome =
  { is: 'created' | 'existing'; guest: StoredGuest } | { is: 'rejected'; error: CodedError };

export interface UpsertPlan {
  /** One per item. A guest that several items speak of is the same, as stored in the end, in all of them. */
  outcomes: ItemOutcome[];
  created: StoredGuest[];
  /** Existing guests that are not as they were. */
  changed: StoredGuest[];
}

/**
 * Works out what a bulk call comes to, item by item in their order: the second item with an id finds what the first
 * one made of it. A barcode counts as taken by whoever had it when the call began.
 */
export function planUpsert(eventId: string, items: readonly GuestItem[], known: KnownGuests): UpsertPlan {
  const guests = new Map(known.byId);
  const owners = new Map(known.byBarcode);
  const decisions = items.map((item) => {
    const found = guests.get(item.id);
    const wanted = found ? changedGuest(found, item.given, eventId) : createdGuest(item);
    if (wanted instanceof CodedError) return wanted;
    const owner = owners.get(wanted.barcode);
    if (owner !== undefined && owner !== item.id) return barcodeTaken();
    guests.set(item.id, wanted);
    owners.set(wanted.barcode, item.id);
    return { id: item.id, is: found ? ('existing' as const) : ('created' as const) };
  });
  const { created, changed } = differences(known.byId, guests);
  const outcomes = decisions.map((decision): ItemOutcome =>
    decision instanceof CodedError
      ? { is: 'rejected', error: decision }
      : { is: decision.is, guest: guests.get(decision.id) as StoredGuest },
  );
  return { outcomes, created, changed };
}

const createdGuest = ({ create }: GuestItem): StoredGuest | CodedError =>
  create instanceof CodedError ? create : create();

function changedGuest(found: StoredGuest, given: GuestFields, eventId: string): StoredGuest | CodedError {
  if (found.event_id !== eventId) return guestOfAnotherEvent();
  const changed = { ...found, ...givenColumns(given) };
  // Each may have been given alone. Both are written alike, so they sort as the instants they are.
  if (changed.valid_from && changed.valid_to && changed.valid_to < changed.valid_from)
    return invalidField(endsBeforeItStarts.path, endsBeforeItStarts.message);
  return changed;
}

/** Sets `updated_at` of what has changed. */
function differences(
  before: ReadonlyMap<string, StoredGuest>,
  after: ReadonlyMap<string, StoredGuest>,
): Pick<UpsertPlan, 'created' | 'changed'> {
  const created: StoredGuest[] = [];
  const changed: StoredGuest[] = [];
  const now = new Date().toISOString();
  for (const [id, guest] of after) {
    const old = before.get(id);
    if (!old) created.push(guest);
    else if (!isDeepStrictEqual(old, guest)) changed.push(Object.assign(guest, { updated_at: now }));
  }
  return { created, changed };
}
