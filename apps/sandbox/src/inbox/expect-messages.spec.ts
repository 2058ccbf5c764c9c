import { describe, expect, it } from '@jest/globals';
import { newMessage } from '../../test/new-message.js';
import { UnmetExpectation } from '../api/unmet-expectation.js';
import { expectMessages } from './expect-messages.js';
import type { InboxMessage } from './inbox-message.js';
import { readMessageSearch } from './read-message-search.js';

const message: InboxMessage = { ...newMessage(), sequence: 0, weight: 0 };
const found = { messages: [message], next: null };
const nothing = { messages: [], next: null };

describe('expectMessages', () => {
  it('shows what was found where nothing is expected, or where it is as expected', () => {
    expect(expectMessages(readMessageSearch({ wait: '5s' }), nothing, 0)).toEqual(nothing);
    expect(expectMessages(readMessageSearch({ count: '1' }), found, 1).messages).toHaveLength(1);
    expect(expectMessages(readMessageSearch({ absent: '1s' }), nothing, 0)).toEqual(nothing);
  });

  it.each([
    [
      { to: 'ann@example.com', event: 'open', count: '2', wait: '5s' },
      'Expected at least 2 messages with to=ann@example.com and event=open within 5 s, but there is 1.',
    ],
    [
      { 'customArg.qflow_send_id': 's1', absent: '500ms' },
      'Expected no message with customArg.qflow_send_id=s1 within 0.5 s, but there is “Your ticket” to ann@example.com, received at 2026-04-29T10:23:00.000Z.',
    ],
  ])('says in words what is not as expected of %j', (parameters, words) => {
    const expectFound = (): unknown => expectMessages(readMessageSearch(parameters), found, 1);
    expect(expectFound).toThrow(UnmetExpectation);
    expect(expectFound).toThrow(words);
  });
});
