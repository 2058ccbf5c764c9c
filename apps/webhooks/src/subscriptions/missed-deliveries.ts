import type { MissedDeliveries } from '@qflow/contracts';
import { lowestIdAt, timeOfId, type Sql } from '@qflow/persistence';
import { indexedSubscription } from '../log/in-log-order.js';
import type { SubscriptionRow } from './subscription.js';

/** Enough to know that it is a lot; counting on would only take time. */
const countUpTo = 10_000;

/**
 * What a subscription missed while it was disabled; null where nothing came. Skipped deliveries have the time of their
 * event, which may be before the subscription was disabled (the stream was behind), but never before it was last
 * enabled: what was skipped before that belongs to an earlier time of being disabled.
 */
export async function missedDeliveries(
  sql: Sql,
  { id, enabled_at, disabled_at }: Pick<SubscriptionRow, 'id' | 'enabled_at' | 'disabled_at'>,
): Promise<MissedDeliveries | null> {
  const [missed] = await sql<{ deliveries: number; oldest: string | null }>(
    `SELECT count(*)::int AS deliveries, (array_agg(id))[1] AS oldest
       FROM (SELECT id FROM deliveries
              WHERE ${indexedSubscription('$1')} AND status = 'skipped' AND id >= $2
              ORDER BY id LIMIT ${countUpTo}) skipped`,
    [id, lowestIdAt(enabled_at.getTime())],
  );
  if (!missed?.oldest) return null;
  const since = Math.min(timeOfId(missed.oldest), disabled_at?.getTime() ?? Infinity);
  return { since: new Date(since).toISOString(), deliveries: missed.deliveries };
}
