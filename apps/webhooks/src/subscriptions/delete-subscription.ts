import { isId } from '@qflow/contracts';
import type { Sql } from '@qflow/persistence';
import { unknownWebhook, type OfSubscription } from './own-subscription.js';

/** What makes a row a deleted one: nothing matches it any more, and what was secret of it is gone. */
export const deletion = `deleted_at = now(), is_default = false, active = false, secret = '', previous_secret = NULL,
  previous_until = NULL, private_key = NULL, headers = NULL`;

/**
 * Deletes a subscription: from this commit on nothing matches it and nothing is sent. Its log is removed in the
 * background (`purge-deleted.ts`), by whichever replica is there: the mark outlives a crash.
 * @throws CodedError `not_found`
 */
export async function deleteSubscription(sql: Sql, { accountId, id }: OfSubscription): Promise<void> {
  if (!isId(id)) throw unknownWebhook();
  const rows = await sql(
    `UPDATE subscriptions SET ${deletion} WHERE id = $1 AND account_id = $2 AND deleted_at IS NULL RETURNING id`,
    [id, accountId],
  );
  if (rows.length === 0) throw unknownWebhook();
}
