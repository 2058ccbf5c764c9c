import { columnArrays, prepared, preparedInsert, unnest, type Columns, type Sql } from '@qflow/persistence';
import { attemptColumns, attemptFields, type Entry } from './entry.js';

const logColumns: Columns = {
  id: 'uuid',
  subscription_id: 'uuid',
  account_id: 'uuid',
  event_id: 'uuid',
  event_type: 'text',
  send_id: 'uuid',
  correlation_id: 'text',
  origin: 'text',
  replay_of: 'uuid',
  body: 'text',
  status: 'text',
  attempts: 'int',
  ...attemptColumns,
  created_at: 'timestamptz',
};

const waitingColumns: Columns = { wait_ms: 'float8', paced: 'bool', claimed: 'bool', expires_ms: 'float8' };

const names = Object.keys(logColumns).join(', ');

/** With what is to come, in one statement: no row of the log that waits is without its row in `waiting`. */
const insertBoth = prepared(`
  WITH new AS (
    SELECT * FROM ${unnest({ ...logColumns, ...waitingColumns })} AS new (${names}, wait_ms, paced, claimed, expires_ms)),
  stored AS (
    INSERT INTO deliveries (${names}) SELECT ${names} FROM new ON CONFLICT DO NOTHING RETURNING subscription_id, id),
  later AS (
    INSERT INTO waiting (subscription_id, delivery_id, due_at, paced, claimed, expires_at)
    SELECT subscription_id, id, now() + wait_ms * interval '1 millisecond', paced, claimed,
           now() + expires_ms * interval '1 millisecond'
      FROM new JOIN stored USING (subscription_id, id) WHERE wait_ms IS NOT NULL
    ON CONFLICT DO NOTHING)
  SELECT id FROM stored`);

const insertLog = preparedInsert('deliveries', logColumns, 'ON CONFLICT DO NOTHING RETURNING id');

/**
 * Writes deliveries that the log does not have yet, each with the attempt that was made, if one was. One that is over
 * costs its one row and nothing else.
 * @returns those that were new; the others have been written by another replica, and what it knows stands
 */
export async function storeDeliveries(sql: Sql, entries: readonly Entry[]): Promise<Entry[]> {
  const rows = entries.map(rowOf);
  const stored = await sql<{ id: string }>(
    ...(entries.some(({ verdict }) => verdict.waitMs !== null)
      ? ([insertBoth, columnArrays({ ...logColumns, ...waitingColumns }, rows)] as const)
      : insertLog(rows)),
  );
  if (stored.length === entries.length) return [...entries];
  const fresh = new Set(stored.map(({ id }) => id));
  return entries.filter(({ delivery }) => fresh.has(delivery.id));
}

const rowOf = ({ delivery, verdict, attempt }: Entry) => ({
  id: delivery.id,
  subscription_id: delivery.subscriptionId,
  account_id: delivery.accountId,
  event_id: delivery.eventId,
  event_type: delivery.eventType,
  send_id: delivery.sendId,
  correlation_id: delivery.correlationId,
  origin: delivery.origin,
  replay_of: delivery.replayOf,
  body: delivery.body,
  status: verdict.status,
  attempts: attempt ? 1 : 0,
  ...(attempt && attemptFields(attempt)),
  created_at: attempt?.at ?? new Date(),
  wait_ms: verdict.waitMs,
  paced: verdict.paced,
  claimed: verdict.claimed ?? false,
  expires_ms: delivery.expiresAt - performance.now(),
});
