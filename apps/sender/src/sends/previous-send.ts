import { CodedError, type RequestSend, type SendState } from '@qflow/contracts';
import type { SendRow } from './send-row.js';

/** What deciding about a request needs to know of an earlier send. */
export type Earlier = Pick<SendRow, 'id' | 'state' | 'recipient' | 'created_at' | 'updated_at'>;

/** An address on the account's suppression list, or one that was on it. */
export interface SuppressionRow {
  /** In lower case. */
  email: string;
  reason: string;
  send_id: string;
  created_at: Date;
  lifted_at: Date | null;
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
    !isLifted(newest, suppressions) &&
    !isMended(newest, request)
  )
    return { is: 'refused', error: refused(newest.id, newest.state, newest.updated_at) };
  const suppression = standing(suppressions, request.merge.guest.email);
  if (suppression) return { is: 'refused', error: suppressed(suppression) };
  if (newest && verdicts[newest.state] === 'in progress') return { is: 'existing', send: newest };
  return { is: 'allowed' };
}

/** Requests that were under way together are one send, however fast the first of them was handled. */
const isRaced = (newest: Earlier, { requestedAt }: Pick<RequestSend, 'requestedAt'>): boolean =>
  newest.created_at.getTime() >= Date.parse(requestedAt);

/** The account has lifted the suppression since: what led to it no longer counts. */
function isLifted(newest: Earlier, suppressions: Past['suppressions']): boolean {
  const liftedAt = suppressions.get(newest.recipient.toLowerCase())?.lifted_at;
  return liftedAt != null && liftedAt >= newest.updated_at;
}

/**
 * What failed was the address, and the attendee has another one now: a corrected typing mistake must not need an
 * operator. Whoever complained or unsubscribed did so as a person, and stays refused.
 */
const isMended = (newest: Earlier, { merge }: Pick<RequestSend, 'merge'>): boolean =>
  (newest.state === 'bounced' || newest.state === 'dropped') &&
  newest.recipient.toLowerCase() !== merge.guest.email.toLowerCase();

/** The suppression of an address that is in force. */
export function standing(suppressions: Past['suppressions'], email: string): SuppressionRow | undefined {
  const suppression = suppressions.get(email.toLowerCase());
  return suppression?.lifted_at === null ? suppression : undefined;
}

export const suppressed = ({ send_id, reason, created_at }: SuppressionRow): CodedError =>
  refused(send_id, reason, created_at);

const refused = (sendId: string, status: string, at: Date): CodedError =>
  new CodedError(
    'previous_send_permanently_failed',
    `An earlier send to this recipient ended as ${status}; another one would not arrive.`,
    { previous: { attendeeInvitationId: sendId, status, at: at.toISOString() } },
  );
