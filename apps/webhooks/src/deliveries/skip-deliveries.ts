import type { Sql } from '@qflow/persistence';
import type { Delivery } from './delivery.js';
import { idBounds } from './id-bounds.js';
import { stopWaiting } from './stop-waiting.js';

/**
 * Ends deliveries whose subscription has been disabled while they waited: they are `skipped`, like those whose events
 * come now, so that they go out no more, stand in the log, and are among what a replay brings.
 */
export async function skipDeliveries(
  sql: Sql,
  deliveries: readonly Pick<Delivery, 'id' | 'subscriptionId'>[],
): Promise<void> {
  if (deliveries.length === 0) return;
  const ids = deliveries.map(({ id }) => id);
  await sql(
    `UPDATE deliveries SET status = 'skipped'
       FROM unnest($1::uuid[], $2::uuid[]) AS skipped (subscription_id, id)
      WHERE deliveries.subscription_id = skipped.subscription_id AND deliveries.id = skipped.id
        AND deliveries.id BETWEEN $3 AND $4 AND status IN ('pending', 'retrying')`,
    [deliveries.map(({ subscriptionId }) => subscriptionId), ids, ...idBounds(ids)],
  );
  await stopWaiting(sql, deliveries);
}

const chunk = 1_000;

/**
 * Does so with what is due for a subscription that is disabled, or deleted (whose log is on its way out, so there only
 * the waiting ends). To be called in a transaction, again and again until there is no more.
 * @returns how many
 */
export async function skipDue(sql: Sql, subscriptionId: string): Promise<number> {
  const due = await sql<Pick<Delivery, 'id' | 'subscriptionId'>>(
    `SELECT subscription_id AS "subscriptionId", delivery_id AS id FROM waiting
      WHERE subscription_id = $1 AND due_at <= now() LIMIT ${chunk} FOR UPDATE SKIP LOCKED`,
    [subscriptionId],
  );
  await skipDeliveries(sql, due);
  return due.length;
}
