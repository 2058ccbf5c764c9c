import { describe, expect, it } from '@jest/globals';
import { filterNames } from '@qflow/contracts';
import { checkEvents, defaultEvents } from './check-events.js';

describe('the events of a subscription', () => {
  it('may be every name there is', () => {
    expect(checkEvents(filterNames)).toEqual([]);
    expect(checkEvents(defaultEvents)).toEqual([]);
  });

  it.each([
    ['comms.deliverd', 'did you mean "comms.delivered"?'],
    ['Comms.Opened', 'did you mean "comms.opened"?'],
    [' comms.sent', 'did you mean "comms.sent"?'],
    ['bounced', 'did you mean "comms.bounced"?'],
    ['comms.spam-reported', 'did you mean "comms.spam_reported"?'],
    ['email.complaint', 'did you mean "email.complained"?'],
    ['something.else', 'there are types such as "comms.delivered", and prefixes such as "comms.*"'],
    ['', 'there are types such as "comms.delivered", and prefixes such as "comms.*"'],
    ['x'.repeat(100_000), 'there are types such as "comms.delivered", and prefixes such as "comms.*"'],
    ['__proto__', 'there are types such as "comms.delivered", and prefixes such as "comms.*"'],
  ])('are refused where one is %j', (name, hint) => {
    expect(checkEvents(['comms.sent', name])).toEqual([
      { path: '/events/1', message: `is not an event type: ${hint}` },
    ]);
  });

  it.each([[[]], [Array<string>(51).fill('comms.sent')], ['comms.sent'], [{ 0: 'comms.sent' }]])(
    'are refused as %j',
    (events) => {
      expect(checkEvents(events as string[])).toEqual([
        { path: '/events', message: 'must be a list of 1 to 50 event types' },
      ]);
    },
  );

  it('are refused where one is no text', () => {
    const events = ['comms.sent', 7, null, {}, ['comms.sent']] as string[];
    expect(checkEvents(events).map(({ path }) => path)).toEqual([
      '/events/1',
      '/events/2',
      '/events/3',
      '/events/4',
    ]);
  });
});
