import type { Page, PageRequest } from '@qflow/contracts';
import { fitting } from '@qflow/messaging';
import { decodeCursor, encodeCursor } from '@qflow/persistence';

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

export const encodePlace = ({ at, key }: Place): string => encodeCursor([at, key]);

/** Sixteen digits reach the year 2286, which PostgreSQL can take. */
const isMicros = (text: string): boolean => /^\d{1,16}$/.test(text);

/** @throws CodedError `validation_error` (`/after`) where it is not what {@link encodePlace} made */
export function decodePlace(after: string, isKey: (key: string) => boolean): Place {
  const [at, key] = decodeCursor(after, [isMicros, isKey]) as [string, string];
  return { at, key };
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
