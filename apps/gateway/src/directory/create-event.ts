import type { Sql } from '@qflow/persistence';
import { v7 as uuidv7 } from 'uuid';
import type { CreateEvent, EventView } from './event.dto.js';
import { findEvent } from './find-event.js';

/**
 * Stores an event. Where the account has one with this id it stays as it is: creating is retried safely, changing
 * is another operation.
 */
export async function createEvent(sql: Sql, accountId: string, event: CreateEvent): Promise<EventView> {
  const id = event.id ?? uuidv7();
  await sql(
    `INSERT INTO events (account_id, id, title, start_time, end_time, time_zone_id, company_name, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, now(), now()) ON CONFLICT DO NOTHING`,
    [accountId, id, event.title, event.startTime, event.endTime, event.timeZoneId, event.companyName ?? null],
  );
  return (await findEvent(sql, accountId, id)) as EventView;
}
