import { invalidField, type Page, type PageRequest } from '@qflow/contracts';
import { fitting } from '@qflow/messaging';

/** The place of an entry in a list that is ordered by time, newest first, and then by a key of its own. */
export interface Place {
  /** Microseconds since the epoch, the precision of the database, in digits. */
  at: string;
  key: string;
}

/** `SELECT` expression for {@link Place.at} of a timestamptz column. */
export const micros = (column: string): string => `(extract(epoch FROM ${column}) * 1000000)::bigint`;

/** SQL for the moment that {@link Place.at} stands for, given as this parameter. */
export const moment = (parameter: string): string =>
  `(timestamptz 'epoch' + ${parameter}::bigint * interval '1 microsecond')`;

export const encodePlace = ({ at, key }: Place): string =>
  Buffer.from(JSON.stringify([at, key])).toString('base64url');

/** @throws CodedError `validation_error` (`/after`) where it is not what {@link encodePlace} made */
export function decodePlace(after: string, isKey: (key: string) => boolean): Place {
  const parts = parsed(after);
  if (Array.isArray(parts) && parts.length === 2) {
    const [at, key] = parts as unknown[];
    // Sixteen digits reach the year 2286, which PostgreSQL can take.
    if (typeof at === 'string' && /^\d{1,16}$/.test(at) && typeof key === 'string' && isKey(key))
      return { at, key };
  }
  throw invalidField('/after', 'must be the cursor of a page before');
}

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}

/** A page of what was read with one row more than was asked for; a shorter one where one answer cannot hold all. */
export function pageOfRows<Row, T>(
  rows: readonly Row[],
  { limit }: PageRequest,
  { view, place }: { view: (row: Row) => T; place: (row: Row) => Place },
): Page<T> {
  const items = fitting(rows.slice(0, limit).map(view));
  const last = rows[items.length - 1];
  return { items, next: rows.length > items.length && last ? encodePlace(place(last)) : null };
}
