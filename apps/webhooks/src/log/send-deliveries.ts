import { isId, type EventType, type TimelineEntry } from '@qflow/contracts';
import { fitting } from '@qflow/messaging';
import { hasTime, timeOfId, type Sql } from '@qflow/persistence';
import { idsBetween } from './id-range.js';

interface Row {
  event_type: EventType;
  origin: 'event' | 'replay' | 'test';
  at: Date;
  attempt: number;
  status_code: number | null;
  error: string | null;
}

/** Attempts one answer may hold: an e-mail that is opened without end is told of without end. */
const maxAttempts = 2_000;

/** The clocks of those who mint ids may differ, by no more than this. */
const clocksMs = 60 * 60 * 1000;

/**
 * What the account's endpoints were told of one send, attempt by attempt, oldest first: the first {@link maxAttempts}.
 * Nothing is told of a send before it is asked for, so only the days since then are searched.
 */
export async function sendDeliveries(sql: Sql, accountId: string, sendId: string): Promise<TimelineEntry[]> {
  if (!isId(accountId) || !isId(sendId)) return [];
  const since = hasTime(sendId) ? timeOfId(sendId) - clocksMs : null;
  const rows = await sql<Row>(
    `WITH told AS (
       SELECT deliveries.id, event_type, origin, attempts, attempted_at, status_code, error FROM deliveries
         JOIN subscriptions ON subscriptions.id = deliveries.subscription_id AND subscriptions.deleted_at IS NULL
        WHERE send_id = $2 AND deliveries.account_id = $1 AND deliveries.id > $3
        ORDER BY deliveries.id LIMIT ${maxAttempts})
     SELECT event_type, origin, attempted_at AS at, attempts AS attempt, status_code, error FROM told
      WHERE attempts > 0 AND attempted_at IS NOT NULL
     UNION ALL
     SELECT event_type, origin, earlier.at, earlier.attempt, earlier.status_code, earlier.error FROM told
      CROSS JOIN LATERAL (SELECT * FROM attempts WHERE delivery_id = told.id OFFSET 0) AS earlier
      WHERE told.attempts > 1 AND earlier.attempt < told.attempts
     ORDER BY at LIMIT ${maxAttempts}`,
    [accountId, sendId, idsBetween(since, null).after],
  );
  return fitting(rows.map(entryOf));
}

const entryOf = ({ event_type, origin, at, attempt, status_code, error }: Row): TimelineEntry => ({
  at: at.toISOString(),
  source: 'webhook',
  what: event_type,
  detail: `${origin === 'replay' ? 'replay, ' : ''}attempt ${attempt}: ${error ?? `answered ${status_code}`}`,
});
