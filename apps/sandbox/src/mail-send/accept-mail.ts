import { randomFillSync } from 'node:crypto';
import type { EventOutlet } from '../event-webhook/event-outlet.js';
import type { Inbox } from '../inbox/inbox.js';
import type { InboxMessage } from '../inbox/inbox-message.js';
import { fileMail } from './file-mail.js';
import { type LateChance, type LateEvent, liveThrough } from './live-through.js';
import type { MailRequest } from './mail-request.js';

/** Where accepted mail goes. */
export interface Destinations {
  inbox: Inbox;
  outlet: EventOutlet;
  chance: LateChance;
}

/**
 * Takes a mail in: a copy for each recipient goes to the inbox, and the events of its life to the webhook.
 *
 * @returns the `X-Message-Id`, or null when so many events wait for the webhook that no more can be kept
 */
export function acceptMail(request: MailRequest, destinations: Destinations): string | null {
  const { inbox, outlet, chance } = destinations;
  const messageId = newMessageId();
  const receivedAt = Date.now();
  const { histories, events, late } = liveThrough(
    request,
    { messageId, receivedAt, posting: outlet.posting },
    chance,
  );
  const all = [...events, ...late.map(({ event }) => event)];
  if (!outlet.hasRoom(all.reduce((sum, { bytes }) => sum + bytes, 0))) return null;
  const copies = fileMail(inbox, request, { messageId, receivedAt, histories });
  outlet.send(events);
  for (const event of late) sendLate(event, copies[event.index], destinations);
  return messageId;
}

const idBytes = 16;
/** Randomness is fetched for many ids at once: the call costs more than the bytes. */
const random = Buffer.alloc(256 * idBytes);
let used = random.length;

/** An id as SendGrid gives one to every request that it takes, also to one in sandbox mode. */
export function newMessageId(): string {
  if (used === random.length) {
    randomFillSync(random);
    used = 0;
  }
  used += idBytes;
  return random.toString('base64url', used - idBytes, used);
}

function sendLate(
  { event, at }: LateEvent,
  copy: InboxMessage | undefined,
  { inbox, outlet }: Destinations,
): void {
  if (!copy) return;
  outlet.sendLater({ event, happens: () => inbox.record(copy, event.record, event.bytes) }, at);
}
