import type { Page } from '@qflow/contracts';
import type { Sql } from '@qflow/persistence';
import { pageOf } from '../paging/page.js';
import type { GuestView } from './guest.dto.js';
import { guestView, selectedColumns, type StoredGuest } from './guest-row.js';
import type { GuestsQuery } from './guests.query.js';
import { newestFirst, pageOfRows, placeOf, startOf, type Placed } from './newest-first.js';

/** Bytes of custom fields after which a page ends: each guest may have a quarter of a megabyte of them. */
const maxCustomBytes = 4 * 1024 * 1024;

/**
 * The guests of an event, newest first; a page is shorter than asked for where its guests have very much to say.
 * @throws CodedError `validation_error` (`/after`)
 */
export async function listGuests(
  sql: Sql,
  accountId: string,
  eventId: string,
  query: GuestsQuery,
): Promise<Page<GuestView>> {
  const page = pageOf(query);
  const parameters: unknown[] = [accountId, eventId, page.limit + 1, ...startOf(page)];
  const only = (condition: string, value: string | undefined): string =>
    value === undefined ? '' : `AND ${condition.replace('?', `$${parameters.push(value)}`)}`;
  const rows = await sql<StoredGuest & Placed & { available: number }>(
    `WITH page AS (
       SELECT ${selectedColumns}, ${placeOf('g')}, octet_length(g.custom_fields::text) AS bytes FROM guests g
        WHERE g.account_id = $1 AND g.event_id = $2 AND (g.created_at, g.id) < ($4::timestamptz, $5::uuid)
          ${only('lower(g.email) = lower(?)', query.email)} ${only('g.barcode = ?', query.barcode)}
        ${newestFirst('g')} LIMIT $3),
     counted AS (
       SELECT page.*, count(*) OVER ()::int AS available,
              sum(bytes) OVER (ORDER BY place DESC, id DESC) - bytes AS before FROM page)
     SELECT * FROM counted WHERE before < ${maxCustomBytes} ORDER BY place DESC, id DESC`,
    parameters,
  );
  return pageOfRows(rows, page, guestView, rows[0]?.available);
}
