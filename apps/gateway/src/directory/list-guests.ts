import type { Page } from '@qflow/contracts';
import type { Sql } from '@qflow/persistence';
import { pageOf } from '../paging/page.js';
import type { GuestView } from './guest.dto.js';
import { guestView, selectedColumns, type StoredGuest } from './guest-row.js';
import type { GuestsQuery } from './guests.query.js';
import { newestFirst, pageOfRows, placeOf, startOf, type Placed } from './newest-first.js';

/**
 * The guests of an event, newest first.
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
  const rows = await sql<StoredGuest & Placed>(
    `SELECT ${selectedColumns}, ${placeOf('g')} FROM guests g
      WHERE g.account_id = $1 AND g.event_id = $2 AND (g.created_at, g.id) < ($4::timestamptz, $5::uuid)
        ${only('lower(g.email) = lower(?)', query.email)} ${only('g.barcode = ?', query.barcode)}
      ${newestFirst('g')} LIMIT $3`,
    parameters,
  );
  return pageOfRows(rows, page, guestView);
}
