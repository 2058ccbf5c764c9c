import { prepared, type Sql } from '@qflow/persistence';
import type { Delivery } from './delivery.js';
import { idBounds } from './id-bounds.js';

/** A delivery by the two columns of its key. */
export type AskedDelivery = Pick<Delivery, 'id' | 'subscriptionId'>;

/**
 * The ids of the deliveries in `$1` (subscriptions) and `$2` (ids) that the log has, `$3` and `$4` being their bounds.
 * One look into the primary key for each, however many there are: a plan that the planner makes for any number of them
 * reads nothing else either. Of partitions it opens those between the bounds.
 */
export const selectKnown = `
  FROM unnest($1::uuid[], $2::uuid[]) AS asked (subscription_id, id) CROSS JOIN LATERAL (
    SELECT FROM deliveries
     WHERE deliveries.subscription_id = asked.subscription_id AND deliveries.id = asked.id
       AND deliveries.id BETWEEN $3 AND $4
     LIMIT 1) AS known`;

const ids = prepared(`SELECT asked.id ${selectKnown}`);

/** The parameters of {@link selectKnown}. */
export function knownParameters(asked: readonly AskedDelivery[]): unknown[] {
  const all = asked.map(({ id }) => id);
  const bounds = all.length === 0 ? [null, null] : idBounds(all);
  return [asked.map(({ subscriptionId }) => subscriptionId), all, ...bounds];
}

/** Which of these deliveries the log has already: their event has come before. */
export async function knownDeliveries(sql: Sql, asked: readonly AskedDelivery[]): Promise<Set<string>> {
  if (asked.length === 0) return new Set();
  const rows = await sql<{ id: string }>(ids, knownParameters(asked));
  return new Set(rows.map(({ id }) => id));
}
