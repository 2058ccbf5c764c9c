import type { Sql } from '@qflow/persistence';
import type { CreateEvent, EventView } from './event.dto.js';
import { findEvent } from './find-event.js';

/**
 * Stores an event. Where the account has one with this id it stays as it is: creating is retried safely, changing
 * is another operation.
 * @param event with its id, given or minted
 */
export async function createEvent(
  sql: Sql,
  accountId: string,
  event: CreateEvent & { id: string },
): Promise<EventView> {
  const { id, title, startTime, endTime, timeZoneId, companyName } = event;
  await sql(
    `INSERT INTO events (account_id, id, title, start_time, end_time, time_zone_id, company_name, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, now(), now()) ON CONFLICT DO NOTHING`,
    [accountId, id, title, startTime, endTime, timeZoneId, companyName ?? null],
  );
  return (await findEvent(sql, accountId, id)) as EventView;
}
