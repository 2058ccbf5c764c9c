import { eventTypes, type CommsEventData, type CommsEventMessage, type CommsEventV1 } from '@qflow/contracts';
import fc from 'fast-check';
import { sampleEvent } from './sample-events.js';

/** What SendComms' sample receiver does before it checks the signature. */
export const reprinted = (text: string): string => JSON.stringify(JSON.parse(text));

/** Texts as guests, mail servers and browsers write them: with quotes, line ends, NUL and halves of surrogate pairs. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({
    unit: fc.constantFrom('"', '\\', '/', '\u0000', '\u2028', '\ud83c', '\udf9f', '<', 'é'),
    maxLength: 20,
  }),
  fc.constantFrom('__proto__', 'constructor', '-0', '1e999', '</script>', '\ufeff', 'null'),
);
const maybe = fc.option(text);

const message: fc.Arbitrary<CommsEventMessage> = fc.record({
  eventId: text,
  to: text,
  subject: maybe,
  from: maybe,
  providerMessageId: maybe,
  reason: maybe,
  bounceType: fc.constantFrom('hard', 'soft', null),
  ip: maybe,
  userAgent: maybe,
});

const known: fc.Arbitrary<CommsEventData> = fc.record(
  {
    attendeeId: maybe,
    templateId: maybe,
    attendeeInvitationId: maybe,
    status: text,
    error: maybe,
    correlationId: maybe,
    machine: fc.boolean(),
    url: text,
    email: text,
  },
  {
    requiredKeys: ['attendeeId', 'templateId', 'attendeeInvitationId', 'status', 'error', 'correlationId'],
  },
);

/** Fields of a later version of the sender, as any JSON parser delivers them: integer-like names, `__proto__`, -0. */
const unknown = fc
  .dictionary(fc.oneof(text, fc.nat(12).map(String)), fc.jsonValue(), { maxKeys: 5, noNullPrototype: true })
  .map((fields) => JSON.parse(JSON.stringify(fields)) as Record<string, unknown>);

export const hostileEvents: fc.Arbitrary<CommsEventV1> = fc
  .record({
    type: fc.constantFrom(...eventTypes),
    createdAt: fc
      .date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true })
      .map((date) => date.toISOString()),
    data: fc.tuple(known, unknown).map(([data, more]) => ({ ...more, ...data })),
    message: fc.option(message, { nil: undefined }),
  })
  .map(({ type, createdAt, data, message }) => ({
    ...sampleEvent(type),
    type,
    createdAt,
    data,
    message,
  }));
