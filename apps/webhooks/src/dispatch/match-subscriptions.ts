import type { CommsEventV1 } from '@qflow/contracts';
import type { Sql } from '@qflow/persistence';
import { matchesEvent } from '../subscriptions/event-filters.js';
import type { MatchedSubscription } from '../subscriptions/subscription.js';

/**
 * The subscriptions of the accounts of some events. Always read, never remembered: an event right after a registration
 * must not be missed.
 */
export async function subscriptionsOf(
  sql: Sql,
  events: readonly CommsEventV1[],
): Promise<Map<string, MatchedSubscription[]>> {
  const rows = await sql<MatchedSubscription>(
    `SELECT id, account_id, format, events, retry, active FROM subscriptions
      WHERE account_id = ANY($1::uuid[]) AND deleted_at IS NULL`,
    [[...new Set(events.map(({ accountId }) => accountId))]],
  );
  const byAccount = new Map<string, MatchedSubscription[]>();
  for (const row of rows) {
    const own = byAccount.get(row.account_id);
    if (own) own.push(row);
    else byAccount.set(row.account_id, [row]);
  }
  return byAccount;
}

/** Whether a subscription asks for an event. What concerns an endpoint itself is never told to that endpoint. */
export const asksFor = (subscription: MatchedSubscription, event: CommsEventV1): boolean =>
  matchesEvent(subscription.events, event) && event.data.endpoint?.id !== subscription.id;
