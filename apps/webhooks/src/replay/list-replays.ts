import type { ReplayView } from '@qflow/contracts';
import type { Sql } from '@qflow/persistence';
import { ownSubscription } from '../subscriptions/own-subscription.js';
import { viewOf, type ReplayRow } from './replay-row.js';

const most = 50;

/**
 * Newest first, the last {@link most}.
 * @throws CodedError `not_found`
 */
export async function listReplays(
  sql: Sql,
  { accountId, subscriptionId }: { accountId: string; subscriptionId: string },
): Promise<ReplayView[]> {
  await ownSubscription(sql, { accountId, id: subscriptionId });
  const rows = await sql<ReplayRow>(
    `SELECT * FROM replays WHERE subscription_id = $1 ORDER BY created_at DESC LIMIT ${most}`,
    [subscriptionId],
  );
  return rows.map(viewOf);
}
