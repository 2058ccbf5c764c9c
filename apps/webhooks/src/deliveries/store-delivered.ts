import { columnArrays, prepared, unnest, type Columns, type Sql } from '@qflow/persistence';
import type { Entry } from './entry.js';
import type { AttemptedEntry } from './record-attempts.js';

const given: Columns = {
  id: 'uuid',
  subscription_id: 'uuid',
  account_id: 'uuid',
  event_id: 'uuid',
  event_type: 'text',
  send_id: 'uuid',
  correlation_id: 'text',
  body: 'text',
  duration_ms: 'int',
  status_code: 'int',
  answer: 'text',
};
const names = Object.keys(given).join(', ');

/**
 * One statement that commits by itself: what a success may take back (`update-standing.ts`) is looked at in the same
 * snapshot, and where there is anything, nothing is written.
 */
const storeUntroubled = prepared(`
  WITH troubled AS MATERIALIZED (
    SELECT FROM subscriptions
     WHERE id = ANY($2::uuid[]) AND active AND deleted_at IS NULL AND (failures > 0 OR warned > 0) LIMIT 1),
  stored AS (
    INSERT INTO deliveries (${names}, attempted_at, created_at, status, attempts)
    SELECT ${names}, at, at, 'delivered', 1
      FROM (SELECT ${names}, to_timestamp(at_ms / 1000) AS at
              FROM ${unnest({ ...given, at_ms: 'float8' })} AS new (${names}, at_ms)) AS new
     WHERE NOT EXISTS (SELECT FROM troubled)
    ON CONFLICT DO NOTHING)
  SELECT FROM troubled`);

/** Whether an entry is what nearly all are: an event's own delivery that its receiver took at the first attempt. */
export const isPlainSuccess = (entry: Entry): entry is AttemptedEntry =>
  entry.verdict.status === 'delivered' && entry.attempt !== null && entry.delivery.origin === 'event';

/**
 * Writes plain successes that the log does not have yet, in a transaction of its own. Where another replica was first,
 * that one's word stands.
 * @returns false where one of the subscriptions has failures or a warning that a success takes back: then nothing is
 *   written, and the way through `storeDeliveries` and `tellEndings` is the one to go
 */
export async function storeDelivered(sql: Sql, entries: readonly AttemptedEntry[]): Promise<boolean> {
  const troubled = await sql(
    storeUntroubled,
    columnArrays({ ...given, at_ms: 'float8' }, entries.map(rowOf)),
  );
  return troubled.length === 0;
}

const rowOf = ({ delivery, attempt: { at, result } }: AttemptedEntry) => ({
  id: delivery.id,
  subscription_id: delivery.subscriptionId,
  account_id: delivery.accountId,
  event_id: delivery.eventId,
  event_type: delivery.eventType,
  send_id: delivery.sendId,
  correlation_id: delivery.correlationId,
  body: delivery.body,
  duration_ms: result.durationMs,
  status_code: result.statusCode,
  answer: result.answer,
  at_ms: at.getTime(),
});
