import { CodedError } from '@qflow/contracts';
import type { Sql } from '@qflow/persistence';

/**
 * One after the other, per account, until the end of the caller's transaction: so the limit is exact however many come
 * at once, and a repetition meets what it repeats.
 */
export const lockAccount = (sql: Sql, accountId: string): Promise<unknown[]> =>
  sql('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`subscriptions/${accountId}`]);

/**
 * To be called under {@link lockAccount}.
 * @throws CodedError `webhook_limit` where the account has as many as it may have
 */
export async function requireRoom(sql: Sql, accountId: string, limit: number): Promise<void> {
  const [counted] = await sql<{ count: number }>(
    'SELECT count(*)::int AS count FROM subscriptions WHERE account_id = $1 AND deleted_at IS NULL',
    [accountId],
  );
  if ((counted?.count ?? 0) >= limit)
    throw new CodedError(
      'webhook_limit',
      `This account has ${limit} webhooks, as many as it may have. Delete one that is not needed any more.`,
    );
}
