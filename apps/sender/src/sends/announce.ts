import {
  commsEventSubject,
  statusOf,
  type CommsEventData,
  type CommsEventV1,
  type EventType,
} from '@qflow/contracts';
import { headersOfContext } from '@qflow/messaging';
import type { OutboxEntry } from '@qflow/persistence';
import { v7 as uuidv7 } from 'uuid';
import type { SendRow } from './send-row.js';

/** What a customer event says beyond its type. */
export interface Announcement {
  type: EventType;
  error: string | null;
  /** RFC 3339, UTC: when it happened, where the provider told; now otherwise. */
  at?: string;
  /** For opens and clicks. */
  machine?: boolean;
  url?: string | null;
}

type Announced = Pick<SendRow, 'account_id' | 'attendee_id' | 'template_id' | 'id' | 'correlation_id'>;

/** The customer event as an outbox entry, to be written in the transaction that changes the send. */
export function announcement(send: Announced, { type, error, at, machine, url }: Announcement): OutboxEntry {
  // Key order is what receivers see and what is signed (webhooks page, "Webhook payload shape").
  const data: CommsEventData = {
    attendeeId: send.attendee_id,
    templateId: send.template_id,
    attendeeInvitationId: send.id,
    status: statusOf(type),
    error,
    correlationId: send.correlation_id,
    ...((type === 'comms.opened' || type === 'comms.clicked') && { machine: machine ?? false }),
    ...(type === 'comms.clicked' && url && { url }),
  };
  const event: CommsEventV1 = {
    kind: 'comms.event',
    version: 1,
    id: uuidv7(),
    type,
    accountId: send.account_id,
    createdAt: at ?? new Date().toISOString(),
    data,
  };
  return {
    subject: commsEventSubject(send.account_id, type),
    msgId: `event:${event.id}`,
    body: JSON.stringify(event),
    headers: headersOfContext({
      requestId: send.id,
      ...(send.correlation_id && { correlationId: send.correlation_id }),
    }),
  };
}
