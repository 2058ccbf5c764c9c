import type { RequestContext } from '@qflow/messaging';
import { writeOutbox, type Sql } from '@qflow/persistence';
import type { Links } from '../links/links.js';
import type { EventView } from './event.dto.js';
import { findEvent } from './find-event.js';
import { selectGuest, type GuestRow } from './guest-row.js';
import { sendRequestOf } from './send-request.js';

/** Guests in memory at once. */
const page = 500;

/**
 * Asks once more for the e-mail of every guest created since then, in the caller's transaction: for an installation
 * whose streams were lost, with requests in them that the sender had not taken over. The sender knows its sends by id
 * for ever, so those it has are not made again, and nobody is told that they were asked for. The outbox publishes them.
 * @param since RFC 3339
 * @returns how many sends were asked for
 */
export async function republishSends(sql: Sql, links: Links, since: string): Promise<number> {
  // One scan of the table however many there are; it may take longer than a statement of the gateway ever should.
  await sql('SET LOCAL statement_timeout = 0');
  await sql(
    `DECLARE asked NO SCROLL CURSOR FOR
       ${selectGuest} WHERE g.send_id IS NOT NULL AND g.created_at >= $1::timestamptz`,
    [since],
  );
  const events = new Map<string, EventView | undefined>();
  let republished = 0;
  for (;;) {
    const guests = await sql<GuestRow>(`FETCH ${page} FROM asked`);
    if (guests.length === 0) return republished;
    const entries = [];
    for (const guest of guests) {
      const event = await eventOf(sql, guest, events);
      if (event) entries.push(sendRequestOf(guest, event, links, contextOf(guest), { republished: true }));
    }
    await writeOutbox(sql, entries);
    republished += entries.length;
  }
}

async function eventOf(
  sql: Sql,
  { account_id: account, event_id: id }: GuestRow,
  known: Map<string, EventView | undefined>,
): Promise<EventView | undefined> {
  const key = `${account}/${id}`;
  if (!known.has(key)) known.set(key, await findEvent(sql, account, id));
  return known.get(key);
}

const contextOf = ({ send_id, correlation_id }: GuestRow): RequestContext => ({
  requestId: send_id ?? '',
  ...(correlation_id && { correlationId: correlation_id }),
});
