import type { NewMessage } from '../src/inbox/inbox-message.js';

let count = 0;

/** A message for the inbox; give what matters to the test. */
export function newMessage(changes: Partial<NewMessage> = {}): NewMessage {
  count += 1;
  return {
    id: `m${count}.0`,
    messageId: `m${count}`,
    to: 'ann@example.com',
    from: { email: 'events@conf.example', name: 'Conf' },
    subject: 'Your ticket',
    receivedAt: Date.parse('2026-04-29T10:23:00.000Z'),
    customArgs: {},
    history: [],
    envelope: { position: 0, length: 0 },
    content: { html: null, text: null },
    ...changes,
  };
}
