import { recipientChoiceKey, recipientChoiceV1, type RecipientChoiceV1 } from '@qflow/contracts';
import { headersOfSend } from '@qflow/messaging';
import { inTransaction, writeOutbox, type Sql, type StoredOutboxEntry } from '@qflow/persistence';
import type { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { instant } from '../directory/find-event.js';
import type { PostedChoice } from './read-choice.js';
import type { UnsubscribeLink } from './unsubscribe-token.js';

/** The newest choice that was made through one link. */
export interface StoredChoice {
  choice: PostedChoice['choice'];
  /** RFC 3339, UTC, milliseconds. */
  at: string;
}

/**
 * Keeps a choice and the message that tells the sender of it in one transaction, so that neither is lost while the
 * sender is away. The time is the database's: the sender goes by it which of two choices is the newer one, and two
 * replicas of the gateway have two clocks. Through one link, later is later by a millisecond at least.
 */
export const storeChoice = (
  dataSource: DataSource,
  link: UnsubscribeLink,
  posted: PostedChoice,
): Promise<StoredOutboxEntry[]> =>
  inTransaction(dataSource, async (sql) => {
    const at = await keep(sql, link, posted);
    const message: RecipientChoiceV1 = {
      kind: 'recipient.choice',
      version: 1,
      id: uuidv7(),
      ...link,
      ...posted,
      at,
    };
    const body = JSON.stringify(message);
    const msgId = recipientChoiceKey(message.id);
    return writeOutbox(sql, [
      { subject: recipientChoiceV1.subject, msgId, body, headers: headersOfSend(link.sendId) },
    ]);
  });

async function keep(sql: Sql, link: UnsubscribeLink, { choice }: PostedChoice): Promise<string> {
  const [stored] = await sql<{ at: string }>(
    `INSERT INTO recipient_choices AS known (account_id, send_id, choice, at)
     VALUES ($1, $2, $3, date_trunc('milliseconds', clock_timestamp()))
     ON CONFLICT (account_id, send_id) DO UPDATE SET choice = EXCLUDED.choice,
            at = greatest(EXCLUDED.at, known.at + interval '1 millisecond')
     RETURNING ${instant('at')} AS at`,
    [link.accountId, link.sendId, choice],
  );
  return (stored as { at: string }).at;
}

/** The newest choice made through a link, for as long as it is kept. */
export async function newestChoice(
  sql: Sql,
  { accountId, sendId }: UnsubscribeLink,
): Promise<StoredChoice | undefined> {
  const [stored] = await sql<StoredChoice>(
    `SELECT choice, ${instant('at')} AS at FROM recipient_choices WHERE account_id = $1 AND send_id = $2`,
    [accountId, sendId],
  );
  return stored;
}
