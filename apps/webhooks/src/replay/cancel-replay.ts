import { isId, type ReplayView } from '@qflow/contracts';
import type { Sql } from '@qflow/persistence';
import { ownSubscription } from '../subscriptions/own-subscription.js';
import { unknownReplay, viewOf, type ReplayRow } from './replay-row.js';

/**
 * Ends a replay; what it has made so far is still delivered. One that is over is answered as it is.
 * @throws CodedError `not_found`
 */
export async function cancelReplay(
  sql: Sql,
  { accountId, subscriptionId, id }: { accountId: string; subscriptionId: string; id: string },
): Promise<ReplayView> {
  await ownSubscription(sql, { accountId, id: subscriptionId });
  if (!isId(id)) throw unknownReplay();
  await sql(
    `UPDATE replays SET state = 'cancelled', finished_at = now()
      WHERE id = $1 AND subscription_id = $2 AND state = 'running'`,
    [id, subscriptionId],
  );
  const [row] = await sql<ReplayRow>('SELECT * FROM replays WHERE id = $1 AND subscription_id = $2', [
    id,
    subscriptionId,
  ]);
  if (!row) throw unknownReplay();
  return viewOf(row);
}
