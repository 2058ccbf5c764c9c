import { statusOf, type EventType } from '../event-catalogue.js';
import type { DisabledReason } from '../rpc/subscriptions.js';
import { messageReader, type MessageContract } from './message.js';

/**
 * Something happened to a send that its integrator wants to know. Written by the sender in the transaction that
 * changed the send, kept 30 days on the EVENTS stream, read by webhooks.
 */
export interface CommsEventV1 {
  kind: 'comms.event';
  version: 1;
  /** UUIDv7; `id` of the payload and `X-Qflow-Webhook-Id`, the same over every retry and replay. */
  id: string;
  type: EventType;
  accountId: string;
  /** RFC 3339, UTC, milliseconds. */
  createdAt: string;
  data: CommsEventData;
  /** What other wire formats tell of the e-mail; the Qflow payload has none of it. Absent where there is no e-mail. */
  message?: CommsEventMessage;
}

/** `data` of the Qflow payload, keys in the order in which they are signed (webhooks page, "payload shape"). */
export interface CommsEventData {
  attendeeId: string | null;
  templateId: string | null;
  /** The send. */
  attendeeInvitationId: string | null;
  status: string;
  /** Only with status `failed` or `dropped`, and of an endpoint that is failing or disabled. */
  error: string | null;
  correlationId: string | null;
  /** Only `comms.opened` and `comms.clicked`: true when software fetched the mail ahead of its reader. */
  machine?: boolean;
  /** Only `comms.clicked`. */
  url?: string;
  /** Only `contact.*`: the address whose standing changed, in lower case. */
  email?: string;
  /** Only `endpoint.*`. */
  endpoint?: EndpointReport;
}

/** The e-mail behind an event, for formats whose payloads name it (SendComms `data`, EmailFlow `data.meta`). */
export interface CommsEventMessage {
  /** The Qflow event whose guest it went to. */
  eventId: string;
  /** The recipient's address. */
  to: string;
  /** As rendered; null until it has been handed to the provider. */
  subject: string | null;
  /** The address it was sent from; null until it has been handed to the provider. */
  from: string | null;
  /** The provider's id of the message; null where it is not known. */
  providerMessageId: string | null;
  /** The provider's words on a bounce, drop or deferral. */
  reason: string | null;
  /** Of a bounce: `hard` (the address does not take mail) or `soft` (not just now, SendGrid `blocked`). */
  bounceType: 'hard' | 'soft' | null;
  /** Of an open or click, as the provider saw it. */
  ip: string | null;
  userAgent: string | null;
}

/** What an operational event tells about an endpoint. */
export interface EndpointReport {
  /** The subscription. */
  id: string;
  url: string;
  /** Deliveries in a row that failed for good. */
  failures: number;
  /** Failures in a row at which it is disabled; null where it never is. */
  disableAfter: number | null;
  /** Why it is disabled: too many failures, or it answered 410 Gone. Null where it is not. */
  disabledReason: Extract<DisabledReason, 'failures' | 'gone'> | null;
  /** What the last attempt ended with, in words. */
  lastError: string | null;
}

/**
 * `comms.event.<account>.comms.delivered.v1`. The account is part of the subject so that its events can be read back
 * from the stream, in order, without a copy of them anywhere: that is the account's event feed.
 */
export const commsEventSubject = (accountId: string, type: EventType): string =>
  `comms.event.${accountId}.${type}.v1`;

/**
 * The idempotency key of an event on the stream. The id alone: it is minted where the event is written into the outbox,
 * so whoever publishes the same id again (the relay after a crash) means the same event.
 */
export const commsEventKey = (id: string): string => `event:${id}`;

/** `data` of an event that is about no send: a test call, a contact, an endpoint. What it is about is added behind. */
export const dataWithoutSend = (type: EventType): CommsEventData => ({
  attendeeId: null,
  templateId: null,
  attendeeInvitationId: null,
  status: statusOf(type),
  error: null,
  correlationId: null,
});

/** Every event of one account. */
export const accountEventsSubject = (accountId: string): string => `comms.event.${accountId}.>`;

export const commsEventV1: MessageContract<CommsEventV1> = {
  stream: 'EVENTS',
  subject: 'comms.event.>',
  read: messageReader<CommsEventV1>('comms.event', 1, {
    id: 'an id',
    type: 'a text',
    accountId: 'an id',
    createdAt: 'a time',
    data: 'an object',
  }),
};

/** The operational events alone, of all accounts: whoever only wants those need not read all the others. */
export const endpointEventV1: MessageContract<CommsEventV1> = {
  ...commsEventV1,
  subject: 'comms.event.*.endpoint.*.v1',
};
