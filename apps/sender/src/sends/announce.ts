import {
  commsEventKey,
  commsEventSubject,
  statusOf,
  type CommsEventData,
  type CommsEventMessage,
  type CommsEventV1,
  type EventType,
} from '@qflow/contracts';
import { headersOfSend } from '@qflow/messaging';
import type { OutboxEntry } from '@qflow/persistence';
import { v7 as uuidv7 } from 'uuid';
import type { SendRow } from './send-row.js';

/** What a report tells of an event, each for the types that it fits. */
export interface EventDetails {
  /** RFC 3339, UTC: when it happened, where the provider told; now otherwise. */
  at?: string;
  /** For opens and clicks. */
  machine?: boolean;
  url?: string | null;
  ip?: string | null;
  userAgent?: string | null;
  /** For bounces, drops and deferrals: the provider's words. */
  reason?: string | null;
  bounceType?: CommsEventMessage['bounceType'];
}

/** What a customer event says. */
export interface Announcement extends EventDetails {
  type: EventType;
  error: string | null;
  /** For `contact.*`. */
  email?: string;
}

/** What every customer event needs of its send. */
export const announcedColumns = [
  'id',
  'account_id',
  'event_id',
  'attendee_id',
  'template_id',
  'correlation_id',
  'recipient',
  'subject',
  'from_address',
  'provider_message_id',
] as const satisfies (keyof SendRow)[];

export type AnnouncedSend = Pick<SendRow, (typeof announcedColumns)[number]>;

/** The customer event as an outbox entry, to be written in the transaction that changes the send. */
export const announcement = (send: AnnouncedSend, what: Announcement): OutboxEntry =>
  eventEntry(
    {
      type: what.type,
      accountId: send.account_id,
      createdAt: what.at ?? new Date().toISOString(),
      data: dataOf(send, what),
      message: messageOf(send, what),
    },
    headersOfSend(send.id, {
      requestId: send.id,
      ...(send.correlation_id && { correlationId: send.correlation_id }),
    }),
  );

/** A customer event, with an id of its own, for the outbox. */
export function eventEntry(
  about: Omit<CommsEventV1, 'kind' | 'version' | 'id'>,
  headers: Record<string, string>,
): OutboxEntry {
  const event: CommsEventV1 = { kind: 'comms.event', version: 1, id: uuidv7(), ...about };
  return {
    subject: commsEventSubject(event.accountId, event.type),
    msgId: commsEventKey(event.id),
    body: JSON.stringify(event),
    headers,
  };
}

const isOpenOrClick = (type: EventType): boolean => type === 'comms.opened' || type === 'comms.clicked';

/** Key order is what receivers see and what is signed (webhooks page, "Webhook payload shape"). */
const dataOf = (send: AnnouncedSend, { type, error, machine, url, email }: Announcement): CommsEventData => ({
  attendeeId: send.attendee_id,
  templateId: send.template_id,
  attendeeInvitationId: send.id,
  status: statusOf(type),
  error,
  correlationId: send.correlation_id,
  ...(isOpenOrClick(type) && { machine: machine ?? false }),
  ...(type === 'comms.clicked' && url && { url }),
  ...(email !== undefined && { email }),
});

/** Events that something went wrong with, which is what a reason explains. */
const troubles: readonly EventType[] = ['comms.deferred', 'comms.failed', 'comms.bounced', 'comms.dropped'];

/** One report can announce two events (`comms.sent` by the way); its details belong to the one that it is about. */
function messageOf(send: AnnouncedSend, what: Announcement): CommsEventMessage {
  const trouble = troubles.includes(what.type);
  const seen = isOpenOrClick(what.type);
  return {
    eventId: send.event_id,
    to: send.recipient,
    subject: send.subject,
    from: send.from_address,
    providerMessageId: send.provider_message_id,
    reason: (trouble && what.reason) || null,
    bounceType: (trouble && what.bounceType) || null,
    ip: (seen && what.ip) || null,
    userAgent: (seen && what.userAgent) || null,
  };
}
