import { sendRequestedKey, sendRequestedV1, type RequestSend, type SendRequestedV1 } from '@qflow/contracts';
import { headersOfSend } from '@qflow/messaging';
import { preparedInsert, writeOutbox, type Sql, type StoredOutboxEntry } from '@qflow/persistence';
import { openSends } from './open-sends.js';

/** A request that may become a send. */
export interface NewSend {
  sendId: string;
  /** RFC 3339, UTC. */
  createdAt: string;
  request: RequestSend;
}

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
  state: 'text',
  created_at: 'timestamptz',
};

/** Inserts rows of `sends`; those of `open_sends` go with them. */
export const insertSends = preparedInsert('sends', columns);

/** Stores sends and the messages that have them handled, in the caller's transaction. */
export async function storeSends(sql: Sql, sends: readonly NewSend[]): Promise<StoredOutboxEntry[]> {
  if (sends.length === 0) return [];
  await sql(...insertSends(sends.map(rowOf)));
  await openSends(
    sql,
    sends.map(({ sendId, request }) => ({ id: sendId, merge: request.merge })),
  );
  return writeOutbox(
    sql,
    sends.map((send) => ({
      subject: sendRequestedV1.subject,
      msgId: sendRequestedKey(send.sendId),
      body: JSON.stringify(messageOf(send)),
      headers: headersOfSend(send.sendId),
    })),
  );
}

const rowOf = ({ sendId, createdAt, request }: NewSend): object => ({
  id: sendId,
  account_id: request.accountId,
  event_id: request.eventId,
  attendee_id: request.attendeeId,
  template_id: request.templateId,
  template_version: request.templateVersion,
  request_id: request.requestId,
  correlation_id: request.correlationId,
  recipient: request.merge.guest.email,
  state: 'queued',
  created_at: createdAt,
});

const messageOf = ({ sendId, createdAt, request }: NewSend): SendRequestedV1 => ({
  kind: 'send.requested',
  version: 1,
  sendId,
  accountId: request.accountId,
  eventId: request.eventId,
  attendeeId: request.attendeeId,
  templateId: request.templateId,
  templateVersion: request.templateVersion,
  correlationId: request.correlationId,
  requestedAt: createdAt,
  merge: request.merge,
});
