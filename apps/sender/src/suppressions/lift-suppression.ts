import { CodedError, dataWithoutSend } from '@qflow/contracts';
import { headersOfContext } from '@qflow/messaging';
import { writeOutbox, type OutboxEntry, type Sql, type StoredOutboxEntry } from '@qflow/persistence';
import { eventEntry } from '../sends/announce.js';

/**
 * Takes an address off the account's suppression list, in the caller's transaction. Sends that ended badly before this
 * moment no longer stand in the way of new ones; a report that comes later puts the address back. Who had unsubscribed
 * is subscribed again, and integrators hear so.
 *
 * The list is ours. The provider keeps one of its own (SendGrid "Suppressions"), shared by everybody who sends through
 * it, and that is the operator's to clear: until then a new send is `dropped`, and its reason says so.
 * @throws CodedError `not_found`
 */
export async function liftSuppression(
  sql: Sql,
  accountId: string,
  address: string,
): Promise<StoredOutboxEntry[]> {
  const email = address.toLowerCase();
  const [lifted] = await sql<{ unsubscribed: boolean }>(
    `UPDATE suppressions SET lifted_at = now() WHERE account_id = $1 AND email = $2 AND lifted_at IS NULL
     RETURNING unsubscribed`,
    [accountId, email],
  );
  if (!lifted) throw new CodedError('not_found', 'The address is not on the suppression list.');
  return writeOutbox(sql, lifted.unsubscribed ? [contactSubscribed(accountId, email)] : []);
}

/** About the contact and no e-mail, so all the ids are null. */
const contactSubscribed = (accountId: string, email: string): OutboxEntry =>
  eventEntry(
    {
      type: 'contact.subscribed',
      accountId,
      createdAt: new Date().toISOString(),
      data: { ...dataWithoutSend('contact.subscribed'), email },
    },
    headersOfContext(),
  );
