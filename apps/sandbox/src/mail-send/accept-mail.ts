import { randomBytes } from 'node:crypto';
import type { EventPoster } from '../event-webhook/event-poster.js';
import type { QueuedEvent } from '../event-webhook/queued-event.js';
import type { Faults } from '../faults/faults.js';
import type { Inbox } from '../inbox/inbox.js';
import { fileMail } from './file-mail.js';
import { liveThrough } from './live-through.js';
import type { MailRequest } from './mail-request.js';

/** Where accepted mail goes. */
export interface Destinations {
  inbox: Inbox;
  faults: Faults;
  /** Null when no event webhook is configured. */
  poster: EventPoster | null;
}

/**
 * Takes a mail in: a copy for each recipient goes to the inbox, and the events of its life to the webhook.
 *
 * @returns the `X-Message-Id`, or null when so many events wait for the webhook that no more can be kept
 */
export function acceptMail(request: MailRequest, { inbox, faults, poster }: Destinations): string | null {
  const messageId = randomBytes(16).toString('base64url');
  const receivedAt = Date.now();
  const { histories, events } = liveThrough(request, messageId, receivedAt, poster ? 'queued' : 'off');
  if (poster) {
    const posted = duplicateSome(events, faults);
    if (!poster.hasRoom(posted.reduce((bytes, event) => bytes + event.bytes, 0))) return null;
    poster.enqueue(posted);
  }
  fileMail(inbox, request, { messageId, receivedAt, histories });
  return messageId;
}

function duplicateSome(events: QueuedEvent[], faults: Faults): QueuedEvent[] {
  return events.flatMap((event) => (faults.drawDuplicate() ? [event, event] : [event]));
}
