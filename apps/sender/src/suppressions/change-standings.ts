import type { OutboxEntry, Sql } from '@qflow/persistence';
import { announcement, type AnnouncedSend } from '../sends/announce.js';
import { announcedBy, learn, type AddressFacts, type ReportedFact } from './address-standing.js';
import { addressOf, keyOf, lockAddresses, writeFacts, type AddressKey } from './standing-rows.js';

/** What was said of the address that a send went to. */
export interface SaidOfSend {
  send: AnnouncedSend;
  is: ReportedFact;
  at: Date;
}

/**
 * Brings what was said of addresses to their accounts' lists, in the caller's transaction: one statement that locks,
 * one that writes, whatever their number. Answers `contact.unsubscribed` and `contact.subscribed` for those whose
 * standing is another one afterwards.
 */
export async function changeStandings(sql: Sql, said: readonly SaidOfSend[]): Promise<OutboxEntry[]> {
  if (said.length === 0) return [];
  const ofAddresses = byAddress(said);
  const locked = await lockAddresses(
    sql,
    [...ofAddresses.values()].map(({ address }) => address),
  );
  const changes = locked.map(({ address, facts: before }) => {
    const of = ofAddresses.get(keyOf(address))?.said ?? [];
    const after = of.reduce((facts, { is, at, send }) => learn(facts, { is, at, sendId: send.id }), before);
    return { address, before, after, of };
  });
  await writeFacts(
    sql,
    changes
      .filter(({ before, after }) => before !== after)
      .map(({ address, after }) => ({ address, facts: after })),
  );
  return changes.flatMap(contactEvents);
}

interface SaidOfAddress {
  address: AddressKey;
  said: SaidOfSend[];
}

function byAddress(said: readonly SaidOfSend[]): Map<string, SaidOfAddress> {
  const groups = new Map<string, SaidOfAddress>();
  for (const one of said) {
    const address = addressOf(one.send.account_id, one.send.recipient);
    const group = groups.get(keyOf(address));
    if (group) group.said.push(one);
    else groups.set(keyOf(address), { address, said: [one] });
  }
  return groups;
}

interface Change {
  address: AddressKey;
  before: AddressFacts;
  after: AddressFacts;
  of: readonly SaidOfSend[];
}

/** With the e-mail through which the person said so. */
function contactEvents({ address, before, after, of }: Change): OutboxEntry[] {
  const type = announcedBy(before, after);
  if (type === null) return [];
  const fact = type === 'contact.unsubscribed' ? 'unsubscribed' : 'resubscribed';
  const last = after[fact];
  const cause = of.find(({ is, at, send }) => is === fact && send.id === last?.sendId && at === last.at);
  return cause
    ? [
        announcement(cause.send, {
          type,
          error: null,
          email: address.email,
          at: cause.at.toISOString(),
        }),
      ]
    : [];
}
