import {
  eventTypes,
  statusOf,
  type CommsEventData,
  type CommsEventMessage,
  type CommsEventV1,
  type EventType,
} from '@qflow/contracts';

const message: CommsEventMessage = {
  eventId: '44444444-4444-4444-8444-444444444444',
  to: 'Ada.Lovelace@example.com',
  subject: 'Your ticket for Summer Gala – Ada ✓',
  from: 'tickets@example.com',
  providerMessageId: '14c5d75ce93.dfd.64b469',
  reason: null,
  bounceType: null,
  ip: null,
  userAgent: null,
};

const nobody = { attendeeId: null, templateId: null, attendeeInvitationId: null, correlationId: null };
const reader = { ip: '198.51.100.7', userAgent: 'Mozilla/5.0 (Macintosh)' };
const endpoint: CommsEventData['endpoint'] = {
  id: '55555555-5555-4555-8555-555555555555',
  url: 'https://example.com/hooks',
  failures: 20,
  disableAfter: 20,
  disabledReason: null,
  lastError: 'answered 503',
};

/** What each type says beyond what all of them do; `message: null` where there is no e-mail behind it. */
const details: Partial<
  Record<EventType, { data?: Partial<CommsEventData>; message?: Partial<CommsEventMessage> | null }>
> = {
  'comms.failed': {
    data: { error: 'the provider refused the message: 400' },
    message: { reason: 'the provider refused the message: 400' },
  },
  'comms.deferred': { message: { reason: '421 4.7.0 try again later' } },
  'comms.opened': { data: { machine: false }, message: reader },
  'comms.clicked': { data: { machine: false, url: 'https://acme.com/promo?a=1&b=2' }, message: reader },
  'comms.bounced': { message: { reason: '550 5.1.1 no such user', bounceType: 'hard' } },
  'comms.dropped': { data: { error: 'Bounced Address' }, message: { reason: 'Bounced Address' } },
  'comms.test': { data: nobody, message: null },
  'contact.unsubscribed': { data: { email: 'ada.lovelace@example.com' } },
  'contact.subscribed': { data: { ...nobody, email: 'ada.lovelace@example.com' }, message: null },
  'endpoint.failing': { data: { ...nobody, endpoint: { ...endpoint, failures: 10 } }, message: null },
  'endpoint.disabled': {
    data: { ...nobody, endpoint: { ...endpoint, disabledReason: 'failures' } },
    message: null,
  },
  'endpoint.recovered': {
    data: { ...nobody, endpoint: { ...endpoint, failures: 0, lastError: null } },
    message: null,
  },
};

/** One event of each type, the same for ever: what the golden files are made of. */
export function sampleEvent(type: EventType): CommsEventV1 {
  const special = details[type] ?? {};
  return {
    kind: 'comms.event',
    version: 1,
    id: '0195f3a2-7c1e-7b52-9d0a-3f2b8c4d5e6f',
    type,
    accountId: '66666666-6666-4666-8666-666666666666',
    createdAt: '2026-04-29T10:23:00.123Z',
    data: {
      attendeeId: '11111111-1111-4111-8111-111111111111',
      templateId: '22222222-2222-4222-8222-222222222222',
      attendeeInvitationId: '33333333-3333-4333-8333-333333333333',
      status: statusOf(type),
      error: null,
      correlationId: 'order-123 – é ✓',
      ...special.data,
    },
    ...(special.message !== null && { message: { ...message, ...special.message } }),
  };
}

export const sampleEvents: readonly CommsEventV1[] = eventTypes.map(sampleEvent);
