import {
  CodedError,
  sendRequestedKey,
  sendRequestedV1,
  type RequestSend,
  type SendRequestedV1,
  type SendState,
  type SendTicket,
} from '@qflow/contracts';
import { headersOfContext } from '@qflow/messaging';
import { insertRows, writeOutbox, type Sql, type StoredOutboxEntry } from '@qflow/persistence';
import { v7 as uuidv7 } from 'uuid';
import type { SendRow } from './send-row.js';

type Earlier = Pick<SendRow, 'id' | 'state' | 'created_at' | 'updated_at'>;

/** What the newest send of the same attendee and template means for another one (guide, "previous attempt"). */
const verdicts: Record<SendState, 'in progress' | 'allowed' | 'refused'> = {
  queued: 'in progress',
  sending: 'in progress',
  // It may have left; asking again must not be a way around waiting for the answer.
  unknown: 'in progress',
  sent: 'allowed',
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

/**
 * Decides about a resend, and stores it where it is allowed, in the caller's transaction.
 * @throws CodedError `previous_send_permanently_failed`
 */
export async function requestSendIn(
  sql: Sql,
  request: RequestSend,
): Promise<{ ticket: SendTicket; entries: StoredOutboxEntry[] }> {
  const answered = await sameRequest(sql, request);
  if (answered) return { ticket: ticketOf(answered), entries: [] };
  // Two requests for the same pair take turns; the second then finds the first one's send.
  await sql('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `${request.accountId}/${request.attendeeId}/${request.templateId}`,
  ]);
  const repeated = await sameRequest(sql, request);
  if (repeated) return { ticket: ticketOf(repeated), entries: [] };
  const newest = await newestOfPair(sql, request);
  if (newest && (verdicts[newest.state] === 'in progress' || isRaced(newest, request)))
    return { ticket: ticketOf(newest), entries: [] };
  if (newest && verdicts[newest.state] === 'refused')
    throw refused(newest.id, newest.state, newest.updated_at);
  await refuseSuppressed(sql, request);
  return store(sql, request);
}

/** Requests that were under way together are one send, however fast the first of them was handled. */
const isRaced = (newest: Earlier, request: RequestSend): boolean =>
  newest.created_at.getTime() >= Date.parse(request.requestedAt);

const ticketOf = ({ id, state }: Earlier): SendTicket => ({ attendeeInvitationId: id, status: state });

async function sameRequest(sql: Sql, { accountId, requestId }: RequestSend): Promise<Earlier | undefined> {
  if (requestId === null) return undefined;
  const [row] = await sql<Earlier>(
    'SELECT id, state, created_at, updated_at FROM sends WHERE account_id = $1 AND request_id = $2',
    [accountId, requestId],
  );
  return row;
}

async function newestOfPair(sql: Sql, request: RequestSend): Promise<Earlier | undefined> {
  const { accountId, attendeeId, templateId, guestSend } = request;
  const [row] = await sql<Earlier>(
    `SELECT id, state, created_at, updated_at FROM sends WHERE account_id = $1 AND attendee_id = $2 AND template_id = $3
      ORDER BY created_at DESC, id DESC LIMIT 1`,
    [accountId, attendeeId, templateId],
  );
  // The guest's own send is not here yet: it is on the stream, and counts as queued.
  if (!row && guestSend?.templateId === templateId)
    return { id: guestSend.sendId, state: 'queued', created_at: new Date(0), updated_at: new Date() };
  return row;
}

async function refuseSuppressed(sql: Sql, { accountId, merge }: RequestSend): Promise<void> {
  const [hit] = await sql<{ reason: string; send_id: string; created_at: Date }>(
    'SELECT reason, send_id, created_at FROM suppressions WHERE account_id = $1 AND email = lower($2)',
    [accountId, merge.guest.email],
  );
  if (hit) throw refused(hit.send_id, hit.reason, hit.created_at);
}

const refused = (sendId: string, status: string, at: Date): CodedError =>
  new CodedError(
    'previous_send_permanently_failed',
    `An earlier send to this recipient ended as ${status}; another one would not arrive.`,
    { previous: { attendeeInvitationId: sendId, status, at: at.toISOString() } },
  );

const columns = {
  id: 'uuid',
  account_id: 'uuid',
  event_id: 'uuid',
  attendee_id: 'uuid',
  template_id: 'uuid',
  template_version: 'int',
  request_id: 'uuid',
  correlation_id: 'text',
  recipient: 'text',
  merge: 'jsonb',
  state: 'text',
  created_at: 'timestamptz',
};

async function store(
  sql: Sql,
  request: RequestSend,
): Promise<{ ticket: SendTicket; entries: StoredOutboxEntry[] }> {
  const message: SendRequestedV1 = {
    kind: 'send.requested',
    version: 1,
    sendId: uuidv7(),
    accountId: request.accountId,
    eventId: request.eventId,
    attendeeId: request.attendeeId,
    templateId: request.templateId,
    templateVersion: request.templateVersion,
    correlationId: request.correlationId,
    requestedAt: new Date().toISOString(),
    merge: request.merge,
  };
  const row = {
    id: message.sendId,
    account_id: request.accountId,
    event_id: request.eventId,
    attendee_id: request.attendeeId,
    template_id: request.templateId,
    template_version: request.templateVersion,
    request_id: request.requestId,
    correlation_id: request.correlationId,
    recipient: request.merge.guest.email,
    merge: request.merge,
    state: 'queued',
    created_at: message.requestedAt,
  };
  await sql(...insertRows('sends', columns, [row]));
  const entries = await writeOutbox(sql, [
    {
      subject: sendRequestedV1.subject,
      msgId: sendRequestedKey(message.sendId),
      body: JSON.stringify(message),
      headers: headersOfContext(),
    },
  ]);
  return { ticket: { attendeeInvitationId: message.sendId, status: 'queued' }, entries };
}
