import type { RecipientStanding } from '@qflow/contracts';
import type { Sql } from '@qflow/persistence';
import { decidedAt, standingOf } from '../suppressions/address-standing.js';
import { addressOf, readFacts } from '../suppressions/standing-rows.js';
import { shortenedAddress } from './shortened-address.js';

/** What the recipient of a send has chosen; null where the send is unknown or another account's. */
export async function recipientStanding(
  sql: Sql,
  accountId: string,
  sendId: string,
): Promise<RecipientStanding | null> {
  const [send] = await sql<{ recipient: string; event_id: string }>(
    'SELECT recipient, event_id FROM sends WHERE id = $1 AND account_id = $2',
    [sendId, accountId],
  );
  if (!send) return null;
  const facts = await readFacts(sql, addressOf(accountId, send.recipient));
  return {
    address: shortenedAddress(send.recipient),
    eventId: send.event_id,
    unsubscribed: standingOf(facts).unsubscribed,
    decidedAt: decidedAt(facts)?.toISOString() ?? null,
  };
}
