import type { Page, PageRequest } from '@qflow/contracts';
import { decodeCursor, encodeCursor } from '@qflow/persistence';
import { formats, isGuid } from '../validation/formats.js';

/**
 * Lists of the directory begin with what was created last. That order never changes: whatever is added or edited
 * while somebody reads page after page, what was there at the first page is read exactly once.
 */
export const newestFirst = (table: string): string => `ORDER BY ${table}.created_at DESC, ${table}.id DESC`;

/**
 * `SELECT` item that tells a row's place in the list. Microseconds, as the table has them: with fewer digits rows of
 * the same millisecond would be skipped.
 */
export const placeOf = (table: string): string =>
  `to_char(${table}.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS place`;

/** A row with its {@link placeOf}. */
export interface Placed {
  id: string;
  place: string;
}

const beforeAll: [createdAt: string, id: string] = ['infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff'];

const isPlace = (text: string): boolean =>
  /^[\d-]+T[\d:]+\.\d{6}Z$/.test(text) && formats['date-time']?.test(text) === true;

/**
 * After which row a page starts: `(created_at, id) < ($n::timestamptz, $n::uuid)`.
 * @throws CodedError `validation_error` (`/after`)
 */
export const startOf = ({ after }: PageRequest): string[] =>
  after === null ? beforeAll : decodeCursor(after, [isPlace, isGuid]);

/**
 * @param rows one more than the page may have, where there are as many
 * @param available how many rows were found, where not all of them were read
 */
export function pageOfRows<Row extends Placed, View>(
  rows: readonly Row[],
  { limit }: PageRequest,
  view: (row: Row) => View,
  available = rows.length,
): Page<View> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(view),
    next: last && available > shown.length ? encodeCursor([last.place, last.id]) : null,
  };
}
