import { describe, expect, it } from '@jest/globals';
import { mergeData } from '@qflow/testing';
import { mailboxes } from './mailboxes.js';

const send = { recipient: 'ada@example.com', merge: mergeData() };
const own = { fromAddress: 'tickets@own.example', replyTo: null, as: 'own' } as const;
const fallback = {
  fromAddress: 'mail@platform.example',
  replyTo: 'tickets@own.example',
  as: 'fallback',
} as const;
const platform = { is: 'fallback', address: 'mail@platform.example', name: 'Platform' } as const;
const silent = { fromName: null, replyTo: null };

describe('mailboxes', () => {
  it('are as the template has them', () => {
    const version = { fromName: 'Tickets', replyTo: 'support@own.example' };
    expect(mailboxes(send, version, own, platform)).toEqual({
      to: { email: 'ada@example.com', name: 'Ada Lovelace' },
      from: { email: 'tickets@own.example', name: 'Tickets' },
      replyTo: 'support@own.example',
    });
    expect(mailboxes(send, version, fallback, platform)).toMatchObject({
      from: { email: 'mail@platform.example', name: 'Tickets' },
      replyTo: 'support@own.example',
    });
  });

  it('that fall back lead answers to the wanted sender, and have the platform’s name where there is none', () => {
    expect(mailboxes(send, silent, fallback, platform)).toMatchObject({
      from: { email: 'mail@platform.example', name: 'Platform' },
      replyTo: 'tickets@own.example',
    });
  });

  it('say no more than there is', () => {
    const nameless = { recipient: 'ada@example.com', merge: mergeData({ firstName: '', lastName: '' }) };
    expect(mailboxes(nameless, silent, own, platform)).toEqual({
      to: { email: 'ada@example.com' },
      from: { email: 'tickets@own.example' },
    });
  });
});
