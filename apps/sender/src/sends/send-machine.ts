import type { EventType, ProviderEventType, RecipientChoiceV1, SendState } from '@qflow/contracts';
import { factOf, type ReportedFact } from '../suppressions/address-standing.js';

/**
 * The life of a send, as a pure function; drawn in this app's README.
 *
 * What a provider reports arrives late, twice and in any order, so a state is never *set* by a report: a send has
 * the most telling state it has seen. `rank` is that order. Whatever arrives, in whatever order, ends the same.
 */
const rank: Record<SendState, number> = {
  queued: 0,
  sending: 0,
  unknown: 0,
  sent: 1,
  deferred: 2,
  failed: 3,
  delivered: 4,
  opened: 5,
  clicked: 6,
  unsubscribed: 7,
  dropped: 8,
  bounced: 9,
  spam_reported: 10,
};

/** What the machine knows of a send. */
export interface SendFacts {
  state: SendState;
  attempt: number;
  /** Whether `comms.sent` has been announced: whether there is a proof that the provider has the e-mail. */
  announced: boolean;
  /** Whether `comms.unsubscribed` has been announced. */
  unsubscribed: boolean;
  /** Only with states `failed`, `dropped` and, as the reason of a wait, `queued` and `unknown`. */
  error: string | null;
  /** When what ended it happened, the last time it did; only with the states of {@link endings}. */
  ended_at: Date | null;
}

/** What an attempt came to (see the provider port), what the provider reported, or what the recipient chose. */
export type SendInput =
  | { is: 'accepted' }
  | { is: 'rejected'; error: string; attempt: number }
  | { is: 'postponed'; error: string; attempt: number }
  | { is: 'unknown'; error: string; attempt: number }
  | { is: 'suppressed'; error: string }
  | { is: 'expired'; error: string }
  | { is: 'reported'; type: ProviderEventType; reason: string | null }
  | { is: 'chosen'; choice: RecipientChoiceV1['choice'] };

export interface Transition {
  facts: SendFacts;
  /** What integrators are to be told, in order. */
  announce: { type: EventType; error: string | null }[];
  /** What it says of the address, where it says something that lasts. */
  says: ReportedFact | null;
}

/** States that still wait for the provider's answer. */
export const isOpen = (state: SendState): boolean => rank[state] === 0;

/** States with a reason, or a moment, that others ask for. */
const endings: readonly SendState[] = ['failed', 'unsubscribed', 'dropped', 'bounced', 'spam_reported'];

/** @param at when it happened */
export function advance(facts: SendFacts, input: SendInput, at: Date): Transition {
  switch (input.is) {
    case 'accepted':
      return accept(facts);
    case 'reported':
      return report(facts, input, at);
    case 'chosen': {
      const type = input.choice === 'unsubscribe' ? 'unsubscribed' : 'resubscribed';
      return report(facts, { type, reason: null }, at);
    }
    case 'suppressed':
      return settleOpen(facts, { state: 'dropped', error: input.error, ended_at: at }, 'comms.dropped');
    case 'expired':
      return settleOpen(facts, { state: 'failed', error: input.error, ended_at: at }, 'comms.failed');
    case 'rejected':
      return isStale(facts, input.attempt)
        ? unchanged(facts)
        : settleOpen(facts, { state: 'failed', error: input.error, ended_at: at }, 'comms.failed');
    case 'postponed':
      return isStale(facts, input.attempt) ? unchanged(facts) : wait(facts, 'queued', input.error);
    case 'unknown':
      return isStale(facts, input.attempt) ? unchanged(facts) : wait(facts, 'unknown', input.error);
  }
}

/** An answer that comes after its attempt was given up says nothing about the one that runs now. */
const isStale = (facts: SendFacts, attempt: number): boolean =>
  facts.attempt !== attempt || facts.state !== 'sending';

const unchanged = (facts: SendFacts): Transition => ({ facts, announce: [], says: null });

const wait = (facts: SendFacts, state: 'queued' | 'unknown', error: string): Transition => ({
  facts: { ...facts, state, error },
  announce: [],
  says: null,
});

type Ending = Pick<SendFacts, 'state' | 'error' | 'ended_at'>;

/** Our own decision. Of several the first stands; only what still waits can be decided about. */
function settleOpen(facts: SendFacts, ending: Ending, type: EventType): Transition {
  if (!isOpen(facts.state)) return unchanged(facts);
  return { facts: { ...facts, ...ending }, announce: [{ type, error: ending.error }], says: null };
}

/**
 * The provider has the e-mail: it said so, or something was reported that only a message it has can go through. That
 * overrules an ending of our own making, which had assumed that it does not.
 */
function accept(facts: SendFacts): Transition {
  if (facts.announced) return unchanged(facts);
  return {
    facts: { ...facts, state: 'sent', error: null, ended_at: null, announced: true },
    announce: [{ type: 'comms.sent', error: null }],
    says: null,
  };
}

/** What a report means: the state it argues for, and what integrators hear of it. */
interface Meaning {
  state: SendState;
  announce: EventType | null;
}

/** Null: nothing for the send. */
const meaning: Record<ProviderEventType, Meaning | null> = {
  processed: { state: 'sent', announce: null },
  deferred: { state: 'deferred', announce: 'comms.deferred' },
  delivered: { state: 'delivered', announce: 'comms.delivered' },
  // SendGrid calls a refusal that may pass next time "blocked" (a bounce of type `blocked`): a failure, not a bounce.
  blocked: { state: 'failed', announce: 'comms.failed' },
  opened: { state: 'opened', announce: 'comms.opened' },
  clicked: { state: 'clicked', announce: 'comms.clicked' },
  unsubscribed: { state: 'unsubscribed', announce: 'comms.unsubscribed' },
  dropped: { state: 'dropped', announce: 'comms.dropped' },
  bounced: { state: 'bounced', announce: 'comms.bounced' },
  spam_reported: { state: 'spam_reported', announce: 'comms.spam_reported' },
  // Whoever changes their mind has the e-mail; that they once left by it stays true.
  resubscribed: { state: 'sent', announce: null },
  // About our account at the provider.
  account_status: null,
  other: null,
};

type Report = Pick<Extract<SendInput, { is: 'reported' }>, 'type' | 'reason'>;

function report(facts: SendFacts, { type, reason }: Report, at: Date): Transition {
  const means = meaning[type];
  if (means === null) return unchanged(facts);
  const { state } = means;
  const error = state === 'failed' || state === 'dropped' ? (reason ?? type) : null;
  const accepted = accept(facts);
  const told = tell(raise(accepted.facts, { state, error, ended_at: at }), means.announce, error);
  return {
    facts: told.facts,
    announce: [...accepted.announce, ...told.announce],
    says: factOf(type, reason),
  };
}

/** `comms.unsubscribed` is told once per send: mail programs repeat one click, and SendGrid reports it a second time. */
function tell(
  facts: SendFacts,
  type: EventType | null,
  error: string | null,
): Pick<Transition, 'facts' | 'announce'> {
  if (type === null) return { facts, announce: [] };
  const announce = [{ type, error }];
  if (type !== 'comms.unsubscribed') return { facts, announce };
  return facts.unsubscribed ? { facts, announce: [] } : { facts: { ...facts, unsubscribed: true }, announce };
}

function raise(facts: SendFacts, to: Ending): SendFacts {
  if (!endings.includes(to.state))
    return rank[to.state] > rank[facts.state]
      ? { ...facts, state: to.state, error: null, ended_at: null }
      : facts;
  return rank[to.state] > rank[facts.state] || (to.state === facts.state && isLater(to, facts))
    ? { ...facts, ...to }
    : facts;
}

/** At the same moment by the text, so that the order of arrival does not decide. */
function isLater(a: Ending, b: Ending): boolean {
  const difference = (a.ended_at?.getTime() ?? 0) - (b.ended_at?.getTime() ?? 0);
  return difference > 0 || (difference === 0 && (a.error ?? '') > (b.error ?? ''));
}
