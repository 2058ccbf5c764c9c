import type { EventType, ProviderEventType, SendState } from '@qflow/contracts';

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
  /** Whether `comms.sent` has been announced. */
  announced: boolean;
  /** Only with states `failed`, `dropped` and, as the reason of a wait, `queued`. */
  error: string | null;
}

/** What an attempt came to (see the provider port), or what the provider reported. */
export type SendInput =
  | { is: 'accepted' }
  | { is: 'rejected'; error: string; attempt: number }
  | { is: 'postponed'; error: string; attempt: number }
  | { is: 'unknown'; error: string; attempt: number }
  | { is: 'suppressed'; error: string }
  | { is: 'expired'; error: string }
  | { is: 'reported'; type: ProviderEventType; reason: string | null };

export interface Transition {
  facts: SendFacts;
  /** What integrators are to be told, in order. */
  announce: { type: EventType; error: string | null }[];
  /** Why the address must not be mailed again, where it must not. */
  suppress: SuppressionReason | null;
}

export type SuppressionReason = 'bounced' | 'dropped' | 'spam_reported' | 'unsubscribed';

/** States that still wait for the provider's answer. */
const open = (state: SendState): boolean => rank[state] === 0;

export function advance(facts: SendFacts, input: SendInput): Transition {
  switch (input.is) {
    case 'accepted':
      return accept(facts);
    case 'reported':
      return report(facts, input.type, input.reason);
    case 'suppressed':
      return settleOpen(facts, 'dropped', input.error, 'comms.dropped');
    case 'expired':
      return settleOpen(facts, 'failed', input.error, 'comms.failed');
    case 'rejected':
      return isStale(facts, input.attempt)
        ? unchanged(facts)
        : settleOpen(facts, 'failed', input.error, 'comms.failed');
    case 'postponed':
      return isStale(facts, input.attempt) ? unchanged(facts) : wait(facts, 'queued', input.error);
    case 'unknown':
      return isStale(facts, input.attempt) ? unchanged(facts) : wait(facts, 'unknown', input.error);
  }
}

/** An answer that comes after its attempt was given up says nothing about the one that runs now. */
const isStale = (facts: SendFacts, attempt: number): boolean =>
  facts.attempt !== attempt || facts.state !== 'sending';

const unchanged = (facts: SendFacts): Transition => ({ facts, announce: [], suppress: null });

const wait = (facts: SendFacts, state: 'queued' | 'unknown', error: string): Transition => ({
  facts: { ...facts, state, error },
  announce: [],
  suppress: null,
});

function settleOpen(
  facts: SendFacts,
  state: 'failed' | 'dropped',
  error: string,
  type: EventType,
): Transition {
  if (!open(facts.state)) return unchanged(facts);
  return { facts: { ...facts, state, error }, announce: [{ type, error }], suppress: null };
}

/** The provider has the e-mail: it said so, or it reported something that only a message it has can go through. */
function accept(facts: SendFacts): Transition {
  if (facts.announced) return unchanged(facts);
  return {
    facts: { ...raise(facts, 'sent', null), announced: true },
    announce: [{ type: 'comms.sent', error: null }],
    suppress: null,
  };
}

/** What a report means: the state it argues for, and what integrators hear of it. */
const meaning: Record<ProviderEventType, { state: SendState; announce: EventType | null }> = {
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
  resubscribed: { state: 'queued', announce: null },
  account_status: { state: 'queued', announce: null },
  other: { state: 'queued', announce: null },
};

function report(facts: SendFacts, type: ProviderEventType, reason: string | null): Transition {
  if (type === 'other' || type === 'account_status' || type === 'resubscribed') return unchanged(facts);
  const { state, announce } = meaning[type];
  const accepted = accept(facts);
  const error = state === 'failed' || state === 'dropped' ? (reason ?? type) : null;
  return {
    facts: raise(accepted.facts, state, error),
    announce: [...accepted.announce, ...(announce ? [{ type: announce, error }] : [])],
    suppress: suppression(type, reason),
  };
}

function raise(facts: SendFacts, state: SendState, error: string | null): SendFacts {
  return rank[state] > rank[facts.state] ? { ...facts, state, error } : facts;
}

/** Drop reasons that say something about the address (SendGrid event reference, "dropped"); the others are about us. */
const addressDropReasons = ['bounced address', 'unsubscribed address', 'spam reporting address', 'invalid'];

function suppression(type: ProviderEventType, reason: string | null): SuppressionReason | null {
  switch (type) {
    case 'bounced':
    case 'spam_reported':
    case 'unsubscribed':
      return type;
    case 'dropped':
      return addressDropReasons.includes(reason?.toLowerCase() ?? '') ? 'dropped' : null;
    default:
      return null;
  }
}
