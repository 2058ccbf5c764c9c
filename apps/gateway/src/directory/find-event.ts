import { CodedError } from '@qflow/contracts';
import type { Sql } from '@qflow/persistence';
import type { EventView } from './event.dto.js';

/** RFC 3339 in UTC with milliseconds, made in SQL: node-postgres would read times in this process's own zone. */
export const instant = (column: string): string =>
  `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** A time on the event's own clock, as it was given. */
export const localTime = (column: string): string => `to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS')`;

/** Columns of `events` that make an {@link EventView}. */
export const eventColumns = `id, title, ${localTime('start_time')} AS "startTime",
  ${localTime('end_time')} AS "endTime", time_zone_id AS "timeZoneId", company_name AS "companyName",
  ${instant('created_at')} AS created, ${instant('updated_at')} AS updated`;

/** Undefined where the event is unknown or another account's: the same query, the same time. */
export async function findEvent(sql: Sql, accountId: string, id: string): Promise<EventView | undefined> {
  const [event] = await sql<EventView>(
    `SELECT ${eventColumns} FROM events WHERE account_id = $1 AND id = $2`,
    [accountId, id],
  );
  return event;
}

/** An event that is unknown, and one of another account, in the same words. */
export const noSuchEvent = (): CodedError => new CodedError('not_found', 'The event does not exist.');
