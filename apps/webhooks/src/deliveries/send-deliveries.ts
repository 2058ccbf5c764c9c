import type { TimelineEntry } from '@qflow/contracts';
import type { Sql } from '@qflow/persistence';

interface Row {
  event_type: string;
  at: Date;
  attempt: number;
  status_code: number | null;
  error: string | null;
}

/** What the account's endpoints were told of one send, attempt by attempt, oldest first. */
export async function sendDeliveries(sql: Sql, accountId: string, sendId: string): Promise<TimelineEntry[]> {
  const rows = await sql<Row>(
    `SELECT deliveries.event_type, attempts.at, attempts.attempt, attempts.status_code, attempts.error
       FROM deliveries JOIN attempts ON attempts.delivery_id = deliveries.id
       JOIN subscriptions ON subscriptions.id = deliveries.subscription_id AND subscriptions.deleted_at IS NULL
      WHERE deliveries.account_id = $1 AND deliveries.send_id = $2 ORDER BY attempts.at`,
    [accountId, sendId],
  );
  return rows.map(({ event_type, at, attempt, status_code, error }) => ({
    at: at.toISOString(),
    source: 'webhook',
    what: event_type,
    detail: `attempt ${attempt}: ${error ?? `answered ${status_code}`}`,
  }));
}
