import type { Sql } from '@qflow/persistence';
import type { EventView, ReplaceEvent } from './event.dto.js';
import { eventColumns } from './find-event.js';

/**
 * Replaces all that can change about an event. What is the same already keeps its `updated`, so that a repetition
 * looks like one.
 * @returns undefined where the event is unknown or another account's
 */
export async function replaceEvent(
  sql: Sql,
  accountId: string,
  id: string,
  { title, startTime, endTime, timeZoneId, companyName }: ReplaceEvent,
): Promise<EventView | undefined> {
  const [event] = await sql<EventView>(
    `UPDATE events SET title = $3, start_time = $4, end_time = $5, time_zone_id = $6, company_name = $7,
            updated_at = CASE WHEN (title, start_time, end_time, time_zone_id, company_name)
                                IS DISTINCT FROM ($3, $4::timestamp, $5::timestamp, $6, $7)
                              THEN now() ELSE updated_at END
      WHERE account_id = $1 AND id = $2 RETURNING ${eventColumns}`,
    [accountId, id, title, startTime, endTime, timeZoneId, companyName ?? null],
  );
  return event;
}
