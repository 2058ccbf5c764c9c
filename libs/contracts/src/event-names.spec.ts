import { describe, expect, it } from '@jest/globals';
import { commsEventTypes, contactEventTypes, endpointEventTypes, eventTypes } from './event-catalogue.js';
import { formatNames } from './rpc/subscriptions.js';
import { eventNameIn, filterNames, typesNamed } from './event-names.js';

describe('the names of events', () => {
  it.each([
    ['email.sent', ['comms.sent']],
    ['email.delivered', ['comms.delivered']],
    ['email.bounced', ['comms.bounced']],
    ['email.complained', ['comms.spam_reported']],
    ['email.opened', ['comms.opened']],
    ['email.clicked', ['comms.clicked']],
    ['email.failed', ['comms.failed', 'comms.dropped']],
    ['contact.subscribed', ['contact.subscribed']],
    ['contact.unsubscribed', ['contact.unsubscribed']],
    ['ping', ['comms.test']],
  ])('%s, of the pages of SendComms and EmailFlow, means %j', (name, types) => {
    expect(typesNamed(name)).toEqual(types);
  });

  it.each([
    ['comms.*', commsEventTypes],
    ['email.*', commsEventTypes],
    ['contact.*', contactEventTypes],
    ['endpoint.*', endpointEventTypes],
    ['*', [...commsEventTypes, ...contactEventTypes]],
  ])('%s means all of its kind', (name, types) => {
    expect(typesNamed(name)).toEqual(types);
  });

  it.each([
    '',
    'comms',
    'comms.',
    'comms.*.',
    'Comms.sent',
    'comms.sent ',
    'email.spam_reported',
    '__proto__',
    '**',
  ])('does not know %j', (name) => {
    expect(typesNamed(name)).toEqual([]);
  });

  it('leads from every name on the wire back to its type, in every format', () => {
    for (const format of formatNames)
      for (const type of eventTypes) expect(typesNamed(eventNameIn(format, { type }))).toContain(type);
  });

  it('names nothing twice, and no filter means nothing', () => {
    expect(new Set(filterNames).size).toBe(filterNames.length);
    for (const name of filterNames) {
      const types = typesNamed(name);
      expect(types.length).toBeGreaterThan(0);
      expect(new Set(types).size).toBe(types.length);
    }
  });

  it('keeps our own in the formats qflow and standard', () => {
    for (const type of eventTypes)
      expect([eventNameIn('qflow', { type }), eventNameIn('standard', { type })]).toEqual([type, type]);
  });

  it('is "email.bounced" for a soft bounce, where SendComms and EmailFlow have one word for both', () => {
    const soft = {
      type: 'comms.failed',
      message: {
        eventId: '44444444-4444-4444-8444-444444444444',
        to: 'ada@example.com',
        subject: null,
        from: null,
        providerMessageId: null,
        reason: '452 4.2.2 mailbox full',
        bounceType: 'soft',
        ip: null,
        userAgent: null,
      },
    } as const;
    expect(formatNames.map((format) => eventNameIn(format, soft))).toEqual([
      'comms.failed',
      'comms.failed',
      'email.bounced',
      'email.bounced',
    ]);
  });
});
