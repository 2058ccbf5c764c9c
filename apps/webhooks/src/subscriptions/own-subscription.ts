import { CodedError, isId } from '@qflow/contracts';
import type { Sql } from '@qflow/persistence';
import type { SubscriptionRow } from './subscription.js';

/** A subscription as its account names it; the id comes from outside. */
export interface OfSubscription {
  accountId: string;
  id: string;
}

/** What is not there, was deleted or belongs to somebody else: the three are not told apart. */
export const unknownWebhook = (): CodedError =>
  new CodedError('not_found', 'There is no such webhook in this account.');

/**
 * @param options.lock holds off every other change until the caller's transaction ends
 * @throws CodedError `not_found`
 */
export async function ownSubscription(
  sql: Sql,
  { accountId, id }: OfSubscription,
  options: { lock?: boolean } = {},
): Promise<SubscriptionRow> {
  if (!isId(id)) throw unknownWebhook();
  const [row] = await sql<SubscriptionRow>(
    `SELECT * FROM subscriptions WHERE id = $1 AND account_id = $2 AND deleted_at IS NULL
     ${options.lock ? 'FOR NO KEY UPDATE' : ''}`,
    [id, accountId],
  );
  if (!row) throw unknownWebhook();
  return row;
}
