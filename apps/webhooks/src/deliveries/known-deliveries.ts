import type { Sql } from '@qflow/persistence';
import type { Delivery } from './delivery.js';
import { idBounds } from './id-bounds.js';

/** Which of these deliveries the log has already: their event has come before. */
export async function knownDeliveries(
  sql: Sql,
  asked: readonly Pick<Delivery, 'id' | 'subscriptionId'>[],
): Promise<Set<string>> {
  if (asked.length === 0) return new Set();
  const ids = asked.map(({ id }) => id);
  const rows = await sql<{ id: string }>(
    `SELECT deliveries.id FROM unnest($1::uuid[], $2::uuid[]) AS asked (subscription_id, id)
       JOIN deliveries USING (subscription_id, id) WHERE deliveries.id BETWEEN $3 AND $4`,
    [asked.map(({ subscriptionId }) => subscriptionId), ids, ...idBounds(ids)],
  );
  return new Set(rows.map(({ id }) => id));
}
