import { makeEvent } from '../event-webhook/make-event.js';
import type { PostingState, QueuedEvent } from '../event-webhook/queued-event.js';
import type { HistoryEntry } from '../inbox/inbox-message.js';
import { lifeOf } from '../lives/magic-recipients.js';
import type { Copy } from '../lives/provider-event.js';
import { lateBounce } from '../lives/usual-steps.js';
import type { MailRequest } from './mail-request.js';
import { recipientsOf } from './recipients-of.js';

/** What goes wrong with a copy long after it was delivered, by chance. */
export interface LateChance {
  /** After how many minutes a delivered copy bounces; null for one that does not. */
  drawLateBounce(): number | null;
}

/** Something that is yet to happen to a copy. */
export interface LateEvent {
  /** Of the recipient, from 0. */
  index: number;
  event: QueuedEvent & { record: HistoryEntry };
  /** Milliseconds since the epoch. */
  at: number;
}

/** What happens to each copy of a mail, in the order of its recipients, and the events that tell of it. */
export interface Lives {
  histories: HistoryEntry[][];
  events: QueuedEvent[];
  late: LateEvent[];
}

/**
 * Lets every copy of a mail live its life.
 *
 * @param receivedAt milliseconds since the epoch
 * @param posting how the posting of an event starts out
 */
export function liveThrough(
  request: MailRequest,
  { messageId, receivedAt, posting }: { messageId: string; receivedAt: number; posting: PostingState },
  chance: LateChance,
): Lives {
  const { content, ipPoolName, categories, asmGroupId } = request;
  const acceptedAt = Math.floor(receivedAt / 1000);
  const lives: Lives = { histories: [], events: [], late: [] };
  for (const { email, index, personalization } of recipientsOf(request)) {
    const { customArgs } = personalization;
    const copy: Copy = { messageId, index, email, acceptedAt, categories, customArgs, asmGroupId };
    const sendAt = personalization.sendAt ?? request.sendAt;
    const steps = lifeOf(email, { content, ipPoolName, sendAt, asmGroupId });
    const events = steps.map((step, place) => makeEvent(copy, step, { place, at: acceptedAt, posting }));
    lives.events.push(...events);
    lives.histories.push(events.map(({ record }) => record));
    const delivered = steps.some(({ event }) => event === 'delivered');
    const minutes = delivered ? chance.drawLateBounce() : null;
    if (minutes === null) continue;
    const at = receivedAt + minutes * 60_000;
    const event = makeEvent(copy, lateBounce, { place: 'late', at: Math.floor(at / 1000), posting });
    lives.late.push({ index, at, event });
  }
  return lives;
}
