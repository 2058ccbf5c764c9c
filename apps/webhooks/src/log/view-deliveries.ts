import type { AttemptView, DeliveryView } from '@qflow/contracts';
import type { Sql } from '@qflow/persistence';
import type { LogRow } from './log-row.js';

type AttemptRow = Pick<LogRow, 'duration_ms' | 'status_code' | 'error_code' | 'error' | 'answer'> & {
  attempt: number;
  at: Date;
};

/** Deliveries with all their attempts: the latest is in the row itself, earlier ones are in a table of their own. */
export async function viewDeliveries(sql: Sql, rows: readonly LogRow[]): Promise<DeliveryView[]> {
  const earlier = await earlierAttempts(sql, rows);
  return rows.map((row) => viewOf(row, earlier.get(row.id) ?? []));
}

export async function viewDelivery(sql: Sql, row: LogRow): Promise<DeliveryView> {
  const [view] = await viewDeliveries(sql, [row]);
  return view as DeliveryView;
}

async function earlierAttempts(sql: Sql, rows: readonly LogRow[]): Promise<Map<string, AttemptRow[]>> {
  const repeated = rows.filter(({ attempts }) => attempts > 1).map(({ id }) => id);
  const byDelivery = new Map<string, AttemptRow[]>(repeated.map((id) => [id, []]));
  if (repeated.length === 0) return byDelivery;
  // One look per delivery, each in its own day: joined as sets, every day would be searched for every delivery.
  const found = await sql<AttemptRow & { delivery_id: string }>(
    `SELECT earlier.* FROM unnest($1::uuid[]) AS repeated (id)
      CROSS JOIN LATERAL (SELECT * FROM attempts WHERE delivery_id = repeated.id OFFSET 0) AS earlier
      ORDER BY attempt`,
    [repeated],
  );
  for (const attempt of found) byDelivery.get(attempt.delivery_id)?.push(attempt);
  return byDelivery;
}

function viewOf(row: LogRow, earlier: readonly AttemptRow[]): DeliveryView {
  // An attempt may have been recorded between the two looks: the row is the older one, and counts.
  const attempts = earlier.filter(({ attempt }) => attempt < row.attempts).map(attemptOf);
  if (row.attempted_at && row.attempts > 0)
    attempts.push(attemptOf({ ...row, attempt: row.attempts, at: row.attempted_at }));
  return {
    id: row.id,
    eventId: row.event_id,
    type: row.event_type,
    status: row.status,
    origin: row.origin,
    replayOf: row.replay_of,
    recoveredAt: row.recovered_at?.toISOString() ?? null,
    attendeeInvitationId: row.send_id,
    correlationId: row.correlation_id,
    created: row.created_at.toISOString(),
    nextAttemptAt: row.next_attempt_at?.toISOString() ?? null,
    attempts,
  };
}

const attemptOf = (row: AttemptRow): AttemptView => ({
  attempt: row.attempt,
  at: row.at.toISOString(),
  durationMs: row.duration_ms ?? 0,
  statusCode: row.status_code,
  code: row.error_code,
  error: row.error,
  answer: row.answer,
});
