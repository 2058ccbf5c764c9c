import type { Sql } from '@qflow/persistence';
import type { Delivery } from './delivery.js';

/** Takes deliveries out of `waiting`, in the caller's transaction: no attempt of them is to come. */
export async function stopWaiting(
  sql: Sql,
  deliveries: readonly Pick<Delivery, 'subscriptionId' | 'id'>[],
): Promise<void> {
  if (deliveries.length === 0) return;
  await sql(
    `DELETE FROM waiting USING unnest($1::uuid[], $2::uuid[]) AS over (subscription_id, delivery_id)
      WHERE waiting.subscription_id = over.subscription_id AND waiting.delivery_id = over.delivery_id`,
    [deliveries.map(({ subscriptionId }) => subscriptionId), deliveries.map(({ id }) => id)],
  );
}
