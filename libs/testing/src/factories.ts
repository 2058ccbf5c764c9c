import { randomUUID } from 'node:crypto';
import {
  statusOf,
  type CommsEventMessage,
  type CommsEventV1,
  type MergeData,
  type ProviderEvent,
  type SendRequestedV1,
} from '@qflow/contracts';
import { derivedId } from '@qflow/persistence';

/** What a template can show, of an ordinary guest. */
export const mergeData = (
  guest: Partial<MergeData['guest']> = {},
  event: Partial<MergeData['event']> = {},
): MergeData => ({
  guest: {
    firstName: 'Ada',
    otherNames: '',
    lastName: 'Lovelace',
    email: 'ada@example.com',
    barcode: 'ABCD1234EFGH5678',
    plusOnes: 0,
    additionalInfo: '',
    tags: '',
    customFields: {},
    ...guest,
  },
  event: {
    title: 'Summer Gala',
    startTime: '2026-06-21T19:30',
    endTime: '2026-06-21T23:00',
    timeZoneId: 'Europe/London',
    companyName: 'Analytical Events',
    ...event,
  },
  links: {
    barcodeQrUrl: 'https://comms.example.com/qr/x.png',
    rsvpYesUrl: 'https://comms.example.com/rsvp/y',
    rsvpNoUrl: 'https://comms.example.com/rsvp/n',
  },
});

export const sendRequest = (values: Partial<SendRequestedV1> = {}): SendRequestedV1 => ({
  kind: 'send.requested',
  version: 1,
  sendId: randomUUID(),
  accountId: randomUUID(),
  eventId: randomUUID(),
  attendeeId: randomUUID(),
  templateId: randomUUID(),
  templateVersion: 1,
  correlationId: null,
  requestedAt: new Date().toISOString(),
  merge: mergeData(),
  ...values,
});

export const providerEvent = (
  values: Partial<ProviderEvent> & Pick<ProviderEvent, 'sendId'>,
): ProviderEvent => ({
  id: randomUUID(),
  type: 'delivered',
  attempt: 1,
  occurredAt: new Date().toISOString(),
  reason: null,
  url: null,
  machine: false,
  raw: {},
  ...values,
});

/** A UUIDv7 of now, like every id that we mint. */
const mintId = (): string => derivedId(Date.now(), randomUUID());

/** The e-mail behind a customer event. */
export const eventMessage = (values: Partial<CommsEventMessage> = {}): CommsEventMessage => ({
  eventId: randomUUID(),
  to: 'ada@example.com',
  subject: 'Your ticket for Summer Gala',
  from: 'tickets@example.com',
  providerMessageId: 'm1',
  reason: null,
  bounceType: null,
  ip: null,
  userAgent: null,
  ...values,
});

export const commsEvent = (values: Partial<CommsEventV1> = {}): CommsEventV1 => ({
  kind: 'comms.event',
  version: 1,
  id: mintId(),
  type: 'comms.delivered',
  accountId: randomUUID(),
  createdAt: new Date().toISOString(),
  data: {
    attendeeId: randomUUID(),
    templateId: randomUUID(),
    attendeeInvitationId: randomUUID(),
    status: statusOf(values.type ?? 'comms.delivered'),
    error: null,
    correlationId: 'order-123',
  },
  message: eventMessage(),
  ...values,
});
