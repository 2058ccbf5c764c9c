import { describe, expect, it, jest } from '@jest/globals';
import { newMessage } from '../../test/new-message.js';
import { Inbox } from './inbox.js';
import type { HistoryEntry } from './inbox-message.js';
import type { MessageQuery } from './message-query.js';
import type { MessageSearch } from './read-message-search.js';

const limits = { messages: 100, summaryBytes: 1_000_000, contentBytes: 1_000_000 };
const search = (
  query: Partial<MessageQuery> = {},
  rest: Partial<Omit<MessageSearch, 'query'>> = {},
): MessageSearch => ({
  query: { customArgs: {}, ...query },
  limit: 50,
  waitMs: 0,
  count: 1,
  expected: 'nothing in particular',
  ...rest,
});
const happened = (event: HistoryEntry['event'], details: object = {}): HistoryEntry => ({
  event,
  place: 0,
  details: { ...details },
  timestamp: 1,
  state: 'off',
  attempts: 0,
});
const never = new AbortController().signal;

function filled(): Inbox {
  const inbox = new Inbox(limits);
  inbox.add(
    newMessage({
      id: 'a',
      to: 'ann@example.com',
      subject: 'Your ticket',
      customArgs: { qflow_send_id: 's1', x: '1' },
    }),
  );
  inbox.add(
    newMessage({
      id: 'b',
      to: 'Ben@Example.com',
      subject: 'Welcome to the TICKET office',
      customArgs: { x: '1' },
    }),
  );
  inbox.add(
    newMessage({
      id: 'c',
      to: 'ann@example.com',
      subject: 'Goodbye',
      receivedAt: Date.parse('2026-04-30T00:00:00Z'),
    }),
  );
  return inbox;
}

describe('finding messages', () => {
  it.each<[string, Partial<MessageQuery>, string[]]>([
    ['nothing in particular', {}, ['c', 'b', 'a']],
    ['the whole recipient in any case', { to: 'BEN@example.com' }, ['b']],
    ['not a part of the recipient', { to: 'example.com' }, []],
    ['a part of the subject in any case', { subject: 'ticket' }, ['b', 'a']],
    ['a custom argument', { customArgs: { x: '1' } }, ['b', 'a']],
    ['the send id', { customArgs: { qflow_send_id: 's1' } }, ['a']],
    [
      'the send id and something that does not fit',
      { customArgs: { qflow_send_id: 's1' }, subject: 'Goodbye' },
      [],
    ],
    ['the time', { since: Date.parse('2026-04-29T12:00:00Z') }, ['c']],
    ['a text in the recipient', { q: 'BEN@' }, ['b']],
    ['a text in the sender', { q: 'conf.example' }, ['c', 'b', 'a']],
    ['a text in the subject', { q: 'goodbye' }, ['c']],
  ])('by %s', (_, query, ids) => {
    expect(
      filled()
        .find(search(query))
        .messages.map((message) => message.id),
    ).toEqual(ids);
  });

  it('page by page', () => {
    const inbox = filled();
    const first = inbox.find(search({}, { limit: 2 }));
    expect([first.messages.map((message) => message.id), first.next]).toEqual([['c', 'b'], 'b']);
    const second = inbox.find(search({}, { limit: 2, after: 'b' }));
    expect([second.messages.map((message) => message.id), second.next]).toEqual([['a'], null]);
    expect(inbox.find(search({}, { after: 'gone' })).messages).toEqual([]);
  });
});

describe('waiting for a message', () => {
  it('answers at once when one is there', async () => {
    const page = await filled().findOrWait(search({ subject: 'Goodbye' }, { waitMs: 60_000 }), never);
    expect(page.messages.map((message) => message.id)).toEqual(['c']);
  });

  it('answers with the first message that fits, when it arrives', async () => {
    const inbox = new Inbox(limits);
    const waiting = inbox.findOrWait(search({ to: 'ann@example.com' }, { waitMs: 60_000 }), never);
    inbox.add(newMessage({ id: 'other', to: 'ben@example.com' }));
    inbox.add(newMessage({ id: 'wanted' }));
    inbox.add(newMessage({ id: 'later' }));
    expect((await waiting).messages.map((message) => message.id)).toEqual(['wanted']);
  });

  it('ends empty when the time is over', async () => {
    jest.useFakeTimers();
    try {
      const waiting = new Inbox(limits).findOrWait(search({}, { waitMs: 5_000 }), never);
      await jest.advanceTimersByTimeAsync(5_000);
      await expect(waiting).resolves.toEqual({ messages: [], next: null });
    } finally {
      jest.useRealTimers();
    }
  });

  it('ends empty when the caller goes away or the sandbox stops', async () => {
    const inbox = new Inbox(limits);
    const caller = new AbortController();
    const waiting = [caller.signal, never].map((signal) =>
      inbox.findOrWait(search({}, { waitMs: 60_000 }), signal),
    );
    caller.abort();
    inbox.close();
    expect(await Promise.all(waiting)).toEqual([
      { messages: [], next: null },
      { messages: [], next: null },
    ]);
  });

  it('answers once so many messages fit, those that were there counted', async () => {
    const inbox = filled();
    const waiting = inbox.findOrWait(search({ subject: 'ticket' }, { waitMs: 60_000, count: 4 }), never);
    inbox.add(newMessage({ id: 'd', subject: 'Another ticket' }));
    inbox.add(newMessage({ id: 'e', subject: 'No match' }));
    inbox.add(newMessage({ id: 'f', subject: 'The fourth ticket' }));
    expect((await waiting).messages.map((message) => message.id)).toEqual(['f', 'd', 'b', 'a']);
  });

  it('answers once something has happened to a message, whoever else it happened to before', async () => {
    const inbox = filled();
    const waiting = inbox.findOrWait(
      search({ event: 'open', to: 'ann@example.com' }, { waitMs: 60_000 }),
      never,
    );
    const blocked = inbox.findOrWait(search({ label: 'blocked' }, { waitMs: 60_000 }), never);
    const [a, b] = ['a', 'b'].map((id) => inbox.get(id));
    if (!a || !b) throw new Error('The inbox is not filled.');
    inbox.record(b, happened('open'), 100);
    inbox.record(a, happened('delivered'), 100);
    inbox.record(a, happened('bounce', { type: 'bounce' }), 100);
    inbox.record(a, happened('open'), 100);
    inbox.record(b, happened('bounce', { type: 'blocked' }), 100);
    expect((await waiting).messages.map((message) => message.id)).toEqual(['a']);
    expect((await blocked).messages.map((message) => message.id)).toEqual(['b']);
  });

  it('counts a message once, however often the event happens to it', async () => {
    const inbox = filled();
    const waiting = inbox.findOrWait(search({ event: 'open' }, { waitMs: 60_000, count: 2 }), never);
    const a = inbox.get('a');
    const b = inbox.get('b');
    if (!a || !b) throw new Error('The inbox is not filled.');
    for (const message of [a, a, b]) inbox.record(message, happened('open'), 100);
    expect((await waiting).messages).toHaveLength(2);
  });

  it('counts from zero again when the inbox is emptied meanwhile', async () => {
    const inbox = filled();
    const waiting = inbox.findOrWait(search({}, { waitMs: 60_000, count: 4 }), never);
    inbox.reset();
    for (const id of ['n1', 'n2', 'n3', 'n4']) inbox.add(newMessage({ id }));
    expect((await waiting).messages.map((message) => message.id)).toEqual(['n4', 'n3', 'n2', 'n1']);
  });

  it('is for a thousand at once', async () => {
    const inbox = new Inbox(limits);
    const waiting = Array.from({ length: 1000 }, () =>
      inbox.findOrWait(search({}, { waitMs: 60_000 }), never),
    );
    expect(inbox.canWait).toBe(false);
    inbox.add(newMessage());
    expect(await Promise.all(waiting)).toHaveLength(1000);
    expect(inbox.canWait).toBe(true);
  });
});

describe('what happens to a message', () => {
  it('takes memory, for which older messages make room', () => {
    const inbox = new Inbox({ ...limits, summaryBytes: 5_000 });
    inbox.add(newMessage({ id: 'old' }));
    const message = inbox.add(newMessage({ id: 'new' }));
    inbox.record(message, happened('open'), 4_000);
    expect([inbox.get('old'), inbox.get('new')]).toEqual([undefined, message]);
    inbox.reset();
    // Of a message that is gone nothing is counted any more.
    inbox.record(message, happened('open'), 4_000);
    for (const id of ['x', 'y', 'z']) inbox.add(newMessage({ id }));
    expect(inbox.stats().messages).toBe(3);
  });
});

describe('counting', () => {
  it('starts anew with a reset', () => {
    const inbox = filled();
    inbox.add(newMessage({ to: 'ann@example.com', customArgs: { qflow_send_id: 's1' } }));
    expect(inbox.stats()).toEqual({ messages: 4, accepted: 4, duplicates: 1 });
    inbox.reset();
    expect(inbox.stats()).toEqual({ messages: 0, accepted: 0, duplicates: 0 });
  });
});
