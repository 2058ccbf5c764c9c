import { describe, expect, it } from '@jest/globals';
import { eventTypes, type CommsEventMessage } from '@qflow/contracts';
import { commsEvent } from '@qflow/testing';
import { matchesEvent } from './event-filters.js';

/** Every type that the filters let through. */
const through = (...filters: string[]): string[] =>
  eventTypes.filter((type) => matchesEvent(filters, { type }));

describe('a filter', () => {
  it('is an exact type', () => expect(through('comms.opened')).toEqual(['comms.opened']));

  it('is a prefix, which ends at its full stop', () => {
    expect(through('contact.*')).toEqual(['contact.subscribed', 'contact.unsubscribed']);
    expect(through('comms.*')).toContain('comms.unsubscribed');
    expect(through('comms.*')).not.toContain('contact.unsubscribed');
  });

  it('is the name that another format has for one type or for several', () => {
    expect(through('email.complained')).toEqual(['comms.spam_reported']);
    expect(through('email.failed')).toEqual(['comms.failed', 'comms.dropped']);
  });

  it('asks for operational events by name only', () => {
    expect(through('*').some((type) => type.startsWith('endpoint.'))).toBe(false);
    expect(through('*', 'endpoint.disabled')).toContain('endpoint.disabled');
    expect(through('endpoint.*')).toHaveLength(3);
  });

  it.each(['comms', 'comms.', 'COMMS.*', 'comms.unheard_of', '', '__proto__', 'toString'])(
    'that is not known (%j) means nothing',
    (filter) => expect(through(filter)).toEqual([]),
  );

  it('takes a soft bounce for the bounce that other formats name so, and not for another failure', () => {
    const { message } = commsEvent();
    const soft = {
      type: 'comms.failed',
      message: { ...(message as CommsEventMessage), bounceType: 'soft' },
    } as const;
    const names = ['email.bounced', 'email.failed', 'email.*', 'comms.failed', 'comms.bounced', '*'];
    expect(names.filter((name) => matchesEvent([name], soft))).toEqual([
      'email.bounced',
      'email.*',
      'comms.failed',
      '*',
    ]);
  });

  it('adds to the others', () =>
    expect(through('comms.sent', 'nonsense', 'comms.failed')).toEqual(['comms.sent', 'comms.failed']));
});
