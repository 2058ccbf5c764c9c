import type { Page, PageRequest } from '@qflow/contracts';
import type { Sql } from '@qflow/persistence';
import type { EventView } from './event.dto.js';
import { eventColumns } from './find-event.js';
import { newestFirst, pageOfRows, placeOf, startOf, type Placed } from './newest-first.js';

/**
 * The events of an account, newest first.
 * @throws CodedError `validation_error` (`/after`)
 */
export async function listEvents(sql: Sql, accountId: string, page: PageRequest): Promise<Page<EventView>> {
  const rows = await sql<EventView & Placed>(
    `SELECT ${eventColumns}, ${placeOf('events')} FROM events
      WHERE account_id = $1 AND (created_at, id) < ($3::timestamptz, $4::uuid)
      ${newestFirst('events')} LIMIT $2`,
    [accountId, page.limit + 1, ...startOf(page)],
  );
  return pageOfRows(rows, page, ({ place: _, ...event }) => event);
}
