import type { PostingRecord } from '../event-webhook/queued-event.js';
import type { AttachmentLabel, EmailAddress } from '../mail-send/mail-request.js';
import type { HistoryEntry, InboxMessage, KeptAttachment, MessageDetail } from './inbox-message.js';
import { mailHeaders } from './mail-headers.js';

/** A message as `GET /inbox/messages` lists it. */
export interface MessageSummary {
  id: string;
  messageId: string;
  to: string;
  from: EmailAddress;
  subject: string;
  /** RFC 3339. */
  receivedAt: string;
  customArgs: Readonly<Record<string, string>>;
  /** The names of its events so far, in order. */
  events: string[];
}

/** One event of a message, with what has become of its posting. */
export interface DescribedEvent {
  event: string;
  /** Unix seconds, as posted. */
  timestamp: number;
  details: Readonly<Record<string, unknown>>;
  posting: PostingRecord;
}

/** A message as `GET /inbox/messages/{id}` shows it. */
export interface DescribedMessage extends Omit<MessageSummary, 'events'> {
  headers: Record<string, string>;
  html: string | null;
  text: string | null;
  categories: string[];
  attachments: AttachmentLabel[];
  templateId: string | null;
  /** The unsubscribe group that it was sent to. */
  asmGroupId: number | null;
  /** True when the body was given up to make room for newer mail; `html`, `text` and the like are then empty. */
  contentDropped: boolean;
  history: DescribedEvent[];
}

export function summarise(message: InboxMessage): MessageSummary {
  return { ...commonOf(message), events: message.history.map((entry) => entry.event) };
}

/** @param detail null when it was given up */
export function describeMessage(message: InboxMessage, detail: MessageDetail | null): DescribedMessage {
  return {
    ...commonOf(message),
    headers: Object.fromEntries(mailHeaders(message, detail)),
    html: detail?.html ?? null,
    text: detail?.text ?? null,
    categories: detail?.categories ?? [],
    attachments: detail?.attachments.map(labelOf) ?? [],
    templateId: detail?.templateId ?? null,
    asmGroupId: detail?.asmGroupId ?? null,
    contentDropped: detail === null,
    history: message.history.map(describeEvent),
  };
}

function commonOf(message: InboxMessage): Omit<MessageSummary, 'events'> {
  const { id, messageId, to, from, subject, customArgs } = message;
  const receivedAt = new Date(message.receivedAt).toISOString();
  return { id, messageId, to, from, subject, receivedAt, customArgs };
}

function labelOf({ filename, type, bytes, disposition, contentId }: KeptAttachment): AttachmentLabel {
  return { filename, type, bytes, disposition, contentId };
}

function describeEvent({ event, timestamp, details, state, attempts }: HistoryEntry): DescribedEvent {
  return { event, timestamp, details, posting: { state, attempts } };
}
