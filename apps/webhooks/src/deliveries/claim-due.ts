import type { Sql } from '@qflow/persistence';
import { claimMs, deliveryOf, type Delivery, type DeliveryRow } from './delivery.js';

/**
 * Claims deliveries that are due: retries whose time has come, first attempts that found no room, and claims that
 * lapsed because their process died.
 * @param except subscriptions that have no room here just now
 */
export async function claimDue(sql: Sql, limit: number, except: readonly string[]): Promise<Delivery[]> {
  const rows = await sql<DeliveryRow>(
    `UPDATE deliveries SET status = 'pending', due_at = now() + ${claimMs} * interval '1 millisecond'
      WHERE id IN (
        SELECT id FROM deliveries
         WHERE due_at <= now() AND subscription_id <> ALL($2::uuid[])
         ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
      RETURNING id, subscription_id, account_id, event_id, event_type, correlation_id, body, attempts, max_attempts`,
    [limit, except],
  );
  const claimedUntil = Date.now() + claimMs;
  return rows.map((row) => deliveryOf(row, claimedUntil));
}

/** Gives claimed deliveries that were not begun back, for whoever looks next. */
export async function releaseClaims(sql: Sql, ids: readonly string[]): Promise<void> {
  if (ids.length > 0)
    await sql(`UPDATE deliveries SET due_at = now() WHERE id = ANY($1::uuid[]) AND status = 'pending'`, [
      ids,
    ]);
}
