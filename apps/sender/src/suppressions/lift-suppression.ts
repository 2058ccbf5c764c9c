import { CodedError, dataWithoutSend } from '@qflow/contracts';
import { headersOfContext } from '@qflow/messaging';
import { writeOutbox, type OutboxEntry, type Sql, type StoredOutboxEntry } from '@qflow/persistence';
import { eventEntry } from '../sends/announce.js';
import { announcedBy, learn, liftOf, standingOf } from './address-standing.js';
import { addressOf, lockAddress, writeFacts } from './standing-rows.js';

/**
 * Takes an address off the account's suppression list, in the caller's transaction. What happened before this moment,
 * also if it is reported later, no longer stands in the way of new sends; what happens after it counts again. Who had
 * unsubscribed is subscribed again, and integrators hear so.
 *
 * The list is ours. The provider keeps one of its own (SendGrid "Suppressions"), shared by everybody who sends through
 * it, and that is the operator's to clear: until then a new send is `dropped`, and its reason says so.
 * @throws CodedError `not_found`
 */
export async function liftSuppression(
  sql: Sql,
  accountId: string,
  email: string,
): Promise<StoredOutboxEntry[]> {
  const locked = await lockAddress(sql, addressOf(accountId, email));
  if (!locked || standingOf(locked.facts).suppression === null)
    throw new CodedError('not_found', 'The address is not on the suppression list.');
  const { address, facts } = locked;
  // Only now: whatever was committed while this waited for the lock is lifted as well.
  const lifted = learn(facts, liftOf(facts, new Date()));
  await writeFacts(sql, [{ address, facts: lifted }]);
  const isSubscribedAgain = announcedBy(facts, lifted) === 'contact.subscribed';
  return writeOutbox(sql, isSubscribedAgain ? [contactSubscribed(accountId, address.email)] : []);
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
