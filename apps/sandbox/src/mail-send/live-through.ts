import type { PostingState, QueuedEvent } from '../event-webhook/queued-event.js';
import type { HistoryEntry } from '../inbox/inbox-message.js';
import { lifeOf } from '../lives/magic-recipients.js';
import { type Copy, providerEvent } from '../lives/provider-event.js';
import type { MailRequest } from './mail-request.js';
import { recipientsOf } from './recipients-of.js';

/** What happens to each copy of a mail, in the order of its recipients, and the events that tell of it. */
export interface Lives {
  histories: HistoryEntry[][];
  events: QueuedEvent[];
}

/**
 * Lets every copy of a mail live its life.
 *
 * @param receivedAt milliseconds since the epoch
 * @param posting how the posting of an event starts out
 */
export function liveThrough(
  request: MailRequest,
  messageId: string,
  receivedAt: number,
  posting: PostingState,
): Lives {
  const { content, ipPoolName, categories } = request;
  const timestamp = Math.floor(receivedAt / 1000);
  const lives: Lives = { histories: [], events: [] };
  for (const { email, index, personalization } of recipientsOf(request)) {
    const copy: Copy = { messageId, index, email, categories, customArgs: personalization.customArgs };
    const sendAt = personalization.sendAt ?? request.sendAt;
    const life = lifeOf(email, { content, ipPoolName, sendAt });
    const history = life.map((step, position) => {
      const { event, details } = step;
      const record: HistoryEntry = { event, details, timestamp, state: posting, attempts: 0 };
      const json = providerEvent(copy, step, position, timestamp);
      lives.events.push({ json, bytes: Buffer.byteLength(json), record });
      return record;
    });
    lives.histories.push(history);
  }
  return lives;
}
