import type { Sql } from '@qflow/persistence';
import { idBounds } from '../deliveries/id-bounds.js';

const chunk = 2_000;

/**
 * How long the mark of a deleted subscription outlives its log: an attempt that was under way may still have to be
 * written down, and what is written after the deletion is removed too.
 */
const settled = `interval '2 minutes'`;

/** Whatever else belongs to a subscription; `waiting` may be long, the others are short. */
const others = ['waiting', 'pace', 'replays'] as const;

/**
 * Removes the logs of deleted subscriptions piece by piece, and then the subscriptions: a log may have millions of
 * rows, and nobody is to wait for it, least of all the events of other accounts. To be called in a transaction, again
 * and again: what an interrupted one leaves is found by the next.
 * @returns whether there may be more to remove
 */
export async function purgeDeleted(sql: Sql): Promise<boolean> {
  for (const table of others) if (await purgeFrom(sql, table)) return true;
  if (await purgeLog(sql)) return true;
  await sql(
    `DELETE FROM subscriptions WHERE deleted_at < now() - ${settled}
        AND NOT EXISTS (SELECT FROM deliveries WHERE subscription_id = subscriptions.id)
        AND NOT EXISTS (SELECT FROM waiting WHERE subscription_id = subscriptions.id)`,
  );
  return false;
}

async function purgeFrom(sql: Sql, table: (typeof others)[number]): Promise<boolean> {
  const removed = await sql(
    `DELETE FROM ${table} WHERE ctid = ANY (ARRAY(
       SELECT theirs.ctid FROM subscriptions CROSS JOIN LATERAL (
         SELECT ctid FROM ${table} WHERE subscription_id = subscriptions.id LIMIT ${chunk}
            FOR UPDATE SKIP LOCKED) AS theirs
        WHERE subscriptions.deleted_at IS NOT NULL LIMIT ${chunk}))
     RETURNING subscription_id`,
  );
  return removed.length > 0;
}

/** Deliveries together with their earlier attempts, which nothing would lead to any more. */
async function purgeLog(sql: Sql): Promise<boolean> {
  const found = await sql<{ subscription_id: string; id: string }>(
    `SELECT theirs.* FROM subscriptions CROSS JOIN LATERAL (
       SELECT subscription_id, id FROM deliveries WHERE subscription_id = subscriptions.id
        ORDER BY id LIMIT ${chunk} FOR UPDATE SKIP LOCKED) AS theirs
      WHERE subscriptions.deleted_at IS NOT NULL LIMIT ${chunk}`,
  );
  if (found.length === 0) return false;
  const ids = found.map(({ id }) => id);
  const bounds = idBounds(ids);
  await sql(
    `DELETE FROM attempts USING unnest($1::uuid[]) AS gone (id)
      WHERE delivery_id = gone.id AND delivery_id BETWEEN $2 AND $3`,
    [ids, ...bounds],
  );
  await sql(
    `DELETE FROM deliveries USING unnest($1::uuid[], $2::uuid[]) AS gone (subscription_id, id)
      WHERE deliveries.subscription_id = gone.subscription_id AND deliveries.id = gone.id
        AND deliveries.id BETWEEN $3 AND $4`,
    [found.map(({ subscription_id }) => subscription_id), ids, ...bounds],
  );
  return true;
}
