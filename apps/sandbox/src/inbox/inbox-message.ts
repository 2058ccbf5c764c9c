import type { PostingRecord } from '../event-webhook/queued-event.js';
import type { ProviderEventName } from '../lives/life.js';
import type { LifePlace } from '../lives/provider-event.js';
import type { AttachmentLabel, EmailAddress } from '../mail-send/mail-request.js';
import type { Slot } from './content-ring.js';

/** One event of a message's history. */
export interface HistoryEntry extends PostingRecord {
  event: ProviderEventName;
  /** Part of the event's id; not its number in the history where a late bounce came in between. */
  place: LifePlace;
  /** Unix seconds, as in the posted event. */
  timestamp: number;
  /** The fields that only this kind of event has. Shared between messages: never written to. */
  details: Readonly<Record<string, unknown>>;
}

/** An attachment, and where its content is, in base64 as it was sent. */
export interface KeptAttachment extends AttachmentLabel {
  content: Slot;
}

/** What belongs to one personalization: its visible recipients and everything else around the body. */
export interface Envelope {
  replyTo: EmailAddress[];
  /** `Bcc` is not here: it shows in nobody's copy. */
  to: EmailAddress[];
  cc: EmailAddress[];
  headers: Record<string, string>;
  categories: string[];
  attachments: KeptAttachment[];
  templateId: string | null;
  asmGroupId: number | null;
}

/** The body of a mail, shared by every recipient of its request. */
export interface Content {
  html: string | null;
  text: string | null;
}

/** Where the parts of a {@link Content} are. */
export interface KeptContent {
  html: Slot | null;
  text: Slot | null;
}

/** A message beyond its line in the list. Kept while there is room. */
export interface MessageDetail extends Envelope, Content {}

/** One copy of a mail, as one recipient got it. */
export interface NewMessage {
  /** Unique and safe in a URL: the request's `X-Message-Id`, a dot, and the recipient's number in the request. */
  id: string;
  messageId: string;
  to: string;
  from: EmailAddress;
  subject: string;
  /** Milliseconds since the epoch. */
  receivedAt: number;
  customArgs: Readonly<Record<string, string>>;
  history: HistoryEntry[];
  /** Where the {@link Envelope} is, as JSON. */
  envelope: Slot;
  content: KeptContent;
}

/** A message in the inbox. */
export interface InboxMessage extends NewMessage {
  /** Counts up with every message; the newest has the highest. */
  readonly sequence: number;
  /** The memory it takes, in bytes, roughly; grows with its history. */
  weight: number;
}
