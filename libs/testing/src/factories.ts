import { randomUUID } from 'node:crypto';
import type { CommsEventV1, MergeData, ProviderEvent, SendRequestedV1 } from '@qflow/contracts';

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

export const commsEvent = (values: Partial<CommsEventV1> = {}): CommsEventV1 => ({
  kind: 'comms.event',
  version: 1,
  id: randomUUID(),
  type: 'comms.delivered',
  accountId: randomUUID(),
  createdAt: new Date().toISOString(),
  data: {
    attendeeId: randomUUID(),
    templateId: randomUUID(),
    attendeeInvitationId: randomUUID(),
    status: 'delivered',
    error: null,
    correlationId: 'order-123',
  },
  ...values,
});
