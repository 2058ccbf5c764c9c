import type { Sql } from '@qflow/persistence';

const chunk = 2_000;

/**
 * Removes the logs of deleted subscriptions piece by piece, and then the subscriptions: a log may have millions of
 * rows, and nobody is to wait for it, least of all the events of other accounts.
 * @returns whether there may be more to remove
 */
export async function purgeDeleted(sql: Sql): Promise<boolean> {
  const removed = await sql(
    `DELETE FROM deliveries WHERE id IN (
       SELECT deliveries.id FROM subscriptions JOIN deliveries ON deliveries.subscription_id = subscriptions.id
        WHERE subscriptions.deleted_at IS NOT NULL LIMIT ${chunk} FOR UPDATE OF deliveries SKIP LOCKED)
     RETURNING id`,
  );
  if (removed.length > 0) return true;
  await sql(
    `DELETE FROM subscriptions WHERE deleted_at IS NOT NULL
        AND NOT EXISTS (SELECT FROM deliveries WHERE subscription_id = subscriptions.id)`,
  );
  return false;
}
