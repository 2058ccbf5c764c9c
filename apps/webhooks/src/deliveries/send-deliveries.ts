import type { TimelineEntry } from '@qflow/contracts';
import { fitting } from '@qflow/messaging';
import type { Sql } from '@qflow/persistence';

interface Row {
  event_type: string;
  at: Date;
  attempt: number;
  status_code: number | null;
  error: string | null;
}

/** Attempts one answer may hold: an e-mail that is opened without end is told of without end. */
const maxAttempts = 2_000;

/** What the account's endpoints were told of one send, attempt by attempt, oldest first: the first {@link maxAttempts}. */
export async function sendDeliveries(sql: Sql, accountId: string, sendId: string): Promise<TimelineEntry[]> {
  const rows = await sql<Row>(
    `SELECT deliveries.event_type, attempts.at, attempts.attempt, attempts.status_code, attempts.error
       FROM deliveries JOIN attempts ON attempts.delivery_id = deliveries.id
       JOIN subscriptions ON subscriptions.id = deliveries.subscription_id AND subscriptions.deleted_at IS NULL
      WHERE deliveries.account_id = $1 AND deliveries.send_id = $2 ORDER BY attempts.at LIMIT ${maxAttempts}`,
    [accountId, sendId],
  );
  return fitting(rows.map(entryOf));
}

const entryOf = ({ event_type, at, attempt, status_code, error }: Row): TimelineEntry => ({
  at: at.toISOString(),
  source: 'webhook',
  what: event_type,
  detail: `attempt ${attempt}: ${error ?? `answered ${status_code}`}`,
});
