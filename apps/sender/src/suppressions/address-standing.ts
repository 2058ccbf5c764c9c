import type { EventType, ProviderEventType, Suppression } from '@qflow/contracts';

/**
 * Whether an address of an account may be mailed, as a pure model.
 *
 * Reports come late, twice and in any order, so what is known of an address is, for each thing that can be said of it,
 * the *last time* at which it was true: a maximum, which no order and no repetition changes. Everything else follows
 * from comparing these times.
 */
export type SuppressionReason = Suppression['reason'];

/** The most serious first: where several hold, that is the one shown, whichever came first. */
export const suppressionReasons = [
  'spam_reported',
  'bounced',
  'dropped',
  'unsubscribed',
] as const satisfies SuppressionReason[];

/** `resubscribed` is the person's own word, `lifted` the account's. */
export const standingFacts = [...suppressionReasons, 'resubscribed', 'lifted'] as const;

export type StandingFact = (typeof standingFacts)[number];

/** What somebody else than the account says. */
export type ReportedFact = Exclude<StandingFact, 'lifted'>;

/** When something was said of an address, and the send that it was said through; a lift has none. */
export interface Said {
  at: Date;
  sendId: string | null;
}

export type AddressFacts = Partial<Readonly<Record<StandingFact, Said>>>;

export type StandingInput = Said & { is: StandingFact };

export interface Standing {
  /** Why the address is not mailed; null where it may be. */
  suppression: (Said & { reason: SuppressionReason }) | null;
  unsubscribed: boolean;
}

/** Drop reasons that say something about the address (SendGrid event reference, "dropped"); the others are about us. */
const addressDropReasons = ['bounced address', 'unsubscribed address', 'spam reporting address', 'invalid'];

/** What a report says of the address it went to, where it says something that lasts. */
export function factOf(type: ProviderEventType, reason: string | null): ReportedFact | null {
  switch (type) {
    case 'bounced':
    case 'spam_reported':
    case 'unsubscribed':
    case 'resubscribed':
      return type;
    case 'dropped':
      return addressDropReasons.includes(reason?.trim().toLowerCase() ?? '') ? 'dropped' : null;
    case 'processed':
    case 'deferred':
    case 'delivered':
    case 'blocked':
    case 'opened':
    case 'clicked':
    case 'account_status':
    case 'other':
      return null;
  }
}

/** @returns the very same facts where there is nothing new in the input */
export function learn(facts: AddressFacts, { is, at, sendId }: StandingInput): AddressFacts {
  const known = facts[is];
  return known && !isLater({ at, sendId }, known) ? facts : { ...facts, [is]: { at, sendId } };
}

/** Of two sends at the same moment the one with the greater id, so that the order of arrival does not decide. */
const isLater = (a: Said, b: Said): boolean =>
  a.at.getTime() === b.at.getTime() ? (a.sendId ?? '') > (b.sendId ?? '') : a.at > b.at;

/**
 * A lift ends everything before it; who subscribes again ends an earlier unsubscription and nothing else. At the same
 * moment (SendGrid's clock has whole seconds) the reason holds: in doubt nobody is mailed.
 */
export function standingOf(facts: AddressFacts): Standing {
  const holds = (reason: SuppressionReason): boolean =>
    isSince(facts[reason], facts.lifted) &&
    (reason !== 'unsubscribed' || isSince(facts.unsubscribed, facts.resubscribed));
  const reason = suppressionReasons.find(holds);
  const said = reason && facts[reason];
  return { suppression: said ? { reason, ...said } : null, unsubscribed: holds('unsubscribed') };
}

const isSince = (said: Said | undefined, end: Said | undefined): boolean =>
  said !== undefined && (end === undefined || said.at >= end.at);

/**
 * The lift of an account that deletes the entry now: it ends all that is known, also where another clock is ahead of
 * this one.
 */
export function liftOf(facts: AddressFacts, now: Date): StandingInput {
  const last = Math.max(...suppressionReasons.map((reason) => facts[reason]?.at.getTime() ?? 0));
  return { is: 'lifted', at: new Date(Math.max(now.getTime(), last + 1)), sendId: null };
}

/**
 * What integrators hear when an address goes from one standing to another: once per change of being subscribed,
 * however often and through however many sends it is said. What they heard last is always what holds.
 */
export function announcedBy(
  before: AddressFacts,
  after: AddressFacts,
): Extract<EventType, `contact.${string}`> | null {
  const { unsubscribed } = standingOf(after);
  if (unsubscribed === standingOf(before).unsubscribed) return null;
  return unsubscribed ? 'contact.unsubscribed' : 'contact.subscribed';
}

/** When the person last said whether they want e-mail; null where they never have. */
export function decidedAt({ unsubscribed, resubscribed }: AddressFacts): Date | null {
  const times = [unsubscribed, resubscribed].flatMap((said) => said?.at.getTime() ?? []);
  return times.length > 0 ? new Date(Math.max(...times)) : null;
}
