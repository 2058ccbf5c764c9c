import { CodedError, type RequestSend, type SendState } from '@qflow/contracts';
import type { SendRow } from './send-row.js';

/** What deciding about a request needs to know of an earlier send. */
export type Earlier = Pick<
  SendRow,
  'id' | 'state' | 'announced' | 'recipient' | 'ended_at' | 'created_at' | 'updated_at'
>;

/** What the account's suppression list knows of an address (see `suppressions/address-standing.ts`). */
export interface SuppressionRow {
  /** In lower case. */
  email: string;
  /** Null where it may be mailed, and the next two with it. */
  reason: string | null;
  send_id: string | null;
  created_at: Date | null;
  lifted_at: Date | null;
  resubscribed_at: Date | null;
}

/** A reason not to mail an address that is in force. */
export interface Suppressed {
  reason: string;
  sendId: string;
  since: Date;
}

/** What the newest send of the same attendee and template means for another one (guide, "previous attempt"). */
export const verdicts: Record<SendState, 'in progress' | 'allowed' | 'refused'> = {
  queued: 'in progress',
  sending: 'in progress',
  // It may have left; asking again must not be a way around waiting for the answer.
  unknown: 'in progress',
  sent: 'allowed',
  // The provider has it and keeps trying, as it does after "sent".
  deferred: 'allowed',
  delivered: 'allowed',
  opened: 'allowed',
  clicked: 'allowed',
  failed: 'allowed',
  bounced: 'refused',
  dropped: 'refused',
  spam_reported: 'refused',
  unsubscribed: 'refused',
};

export type Decision =
  { is: 'allowed' } | { is: 'existing'; send: Earlier } | { is: 'refused'; error: CodedError };

/** What there is to know of one request's past. */
export interface Past {
  /** The send that was made for the same `requestId`. */
  sameRequest: Earlier | undefined;
  newest: Earlier | undefined;
  /** By address in lower case. */
  suppressions: ReadonlyMap<string, SuppressionRow>;
}

/** The matrix of the guide as a pure function; its rows are this app's README. */
export function decide(
  request: Pick<RequestSend, 'requestedAt' | 'merge'>,
  { sameRequest, newest, suppressions }: Past,
): Decision {
  if (sameRequest) return { is: 'existing', send: sameRequest };
  if (newest && isRaced(newest, request)) return { is: 'existing', send: newest };
  if (
    newest &&
    verdicts[newest.state] === 'refused' &&
    !isOver(newest, suppressions) &&
    !isMended(newest, request)
  )
    return { is: 'refused', error: refused(newest.id, newest.state, endOf(newest)) };
  const suppression = standing(suppressions, request.merge.guest.email);
  if (suppression) return { is: 'refused', error: suppressed(suppression) };
  if (newest && verdicts[newest.state] === 'in progress') return { is: 'existing', send: newest };
  return { is: 'allowed' };
}

/** Requests that were under way together are one send, however fast the first of them was handled. */
const isRaced = (newest: Earlier, { requestedAt }: Pick<RequestSend, 'requestedAt'>): boolean =>
  newest.created_at.getTime() >= Date.parse(requestedAt);

/** What ended it counts no longer: the account has lifted it since, or the person has subscribed again. */
function isOver(newest: Earlier, suppressions: Past['suppressions']): boolean {
  const address = suppressions.get(newest.recipient.toLowerCase());
  if (!address) return false;
  // It was never handed over, because the address was on the list; so the list alone decides.
  if (newest.state === 'dropped' && !newest.announced) return address.reason === null;
  return (
    isAfter(address.lifted_at, newest) ||
    (newest.state === 'unsubscribed' && isAfter(address.resubscribed_at, newest))
  );
}

const isAfter = (at: Date | null, newest: Earlier): boolean => at !== null && at > endOf(newest);

/** When it happened, which may be long before we heard of it. */
const endOf = ({ ended_at, updated_at }: Earlier): Date => ended_at ?? updated_at;

/**
 * What failed was the address, and the attendee has another one now: a corrected typing mistake must not need an
 * operator. Whoever complained or unsubscribed did so as a person, and stays refused.
 */
const isMended = (newest: Earlier, { merge }: Pick<RequestSend, 'merge'>): boolean =>
  (newest.state === 'bounced' || newest.state === 'dropped') &&
  newest.recipient.toLowerCase() !== merge.guest.email.toLowerCase();

/** The suppression of an address that is in force. */
export function standing(suppressions: Past['suppressions'], email: string): Suppressed | undefined {
  const { reason, send_id, created_at } = suppressions.get(email.toLowerCase()) ?? {};
  return reason && send_id && created_at ? { reason, sendId: send_id, since: created_at } : undefined;
}

export const suppressed = ({ sendId, reason, since }: Suppressed): CodedError =>
  refused(sendId, reason, since);

const refused = (sendId: string, status: string, at: Date): CodedError =>
  new CodedError(
    'previous_send_permanently_failed',
    `An earlier send to this recipient ended as ${status}; another one would not arrive.`,
    { previous: { attendeeInvitationId: sendId, status, at: at.toISOString() } },
  );
