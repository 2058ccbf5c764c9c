import { CodedError } from '@qflow/contracts';
import type { Sql } from '@qflow/persistence';

/**
 * Takes an address off the account's suppression list. Sends that ended badly before this moment no longer stand in
 * the way of new ones; a report that comes later puts the address back.
 *
 * The list is ours. The provider keeps one of its own (SendGrid "Suppressions"), shared by everybody who sends through
 * it, and that is the operator's to clear: until then a new send is `dropped`, and its reason says so.
 * @throws CodedError `not_found`
 */
export async function liftSuppression(sql: Sql, accountId: string, email: string): Promise<void> {
  const lifted = await sql(
    `UPDATE suppressions SET lifted_at = now() WHERE account_id = $1 AND email = $2 AND lifted_at IS NULL RETURNING email`,
    [accountId, email.toLowerCase()],
  );
  if (lifted.length === 0) throw new CodedError('not_found', 'The address is not on the suppression list.');
}
