import { ContentRing, type Slot } from './content-ring.js';
import type {
  Content,
  Envelope,
  HistoryEntry,
  InboxMessage,
  KeptAttachment,
  KeptContent,
  MessageDetail,
  NewMessage,
} from './inbox-message.js';
import { InboxStore } from './inbox-store.js';
import { matches, type MessageQuery } from './message-query.js';
import { MessageWaiters } from './message-waiters.js';
import type { MessageSearch } from './read-message-search.js';
import { SEND_ID } from './send-index.js';

/** How much an inbox may hold. */
export interface InboxLimits {
  messages: number;
  /** For everything about messages but their bodies. */
  summaryBytes: number;
  /** For bodies, headers and the like. */
  contentBytes: number;
}

/** One page of messages, newest first. */
export interface MessagePage {
  messages: InboxMessage[];
  /** What to give as `after` for the next page; null on the last one. */
  next: string | null;
}

/** Messages held and messages taken in since the start or the last reset. */
export interface InboxStats {
  messages: number;
  accepted: number;
  duplicates: number;
}

/** Every mail the sandbox has "delivered", to be looked at and asserted on. */
export class Inbox {
  private readonly store: InboxStore;
  private readonly ring: ContentRing;
  private readonly waiters = new MessageWaiters();
  private accepted = 0;

  constructor(limits: InboxLimits) {
    this.store = new InboxStore({ messages: limits.messages, bytes: limits.summaryBytes });
    this.ring = new ContentRing(limits.contentBytes);
  }

  /** Keeps what is around the body of a message while there is room; the slot goes into the message. */
  keepEnvelope(envelope: Envelope): Slot {
    return this.ring.write(JSON.stringify(envelope));
  }

  /** Keeps a body while there is room, as it is: to write and read its quotes as JSON would cost more than all else. */
  keepContent({ html, text }: Content): KeptContent {
    return {
      html: html === null ? null : this.ring.write(html),
      text: text === null ? null : this.ring.write(text),
    };
  }

  /** Keeps the content of an attachment, in base64, while there is room. */
  keepAttachment(base64: string): Slot {
    return this.ring.write(base64);
  }

  /** The content of an attachment, or null when newer mail has taken its place. */
  contentOf({ content }: KeptAttachment): Buffer | null {
    const base64 = this.ring.read(content);
    return base64 === null ? null : Buffer.from(base64, 'base64');
  }

  /** A message beyond its line in the list, or null when newer mail has taken its place. */
  detailOf({ envelope, content }: InboxMessage): MessageDetail | null {
    const around = this.ring.read(envelope);
    const [html, text] = [this.textAt(content.html), this.textAt(content.text)];
    if (around === null || html === undefined || text === undefined) return null;
    return { ...(JSON.parse(around) as Envelope), html, text };
  }

  add(message: NewMessage): InboxMessage {
    this.accepted += 1;
    const added = this.store.add(message);
    this.waiters.announce(added);
    return added;
  }

  /**
   * Something more has happened to a message. Harmless for one that has made room for newer mail.
   *
   * @param bytes of memory that it takes, roughly
   */
  record(message: InboxMessage, entry: HistoryEntry, bytes: number): void {
    message.history.push(entry);
    if (this.store.get(message.id) !== message) return;
    this.store.grow(message, bytes);
    this.waiters.announceEvent(message);
  }

  get(id: string): InboxMessage | undefined {
    return this.store.get(id);
  }

  /** The messages that fit, newest first. An `after` that is not in the inbox (any more) has nothing after it. */
  find({ query, after, limit }: Pick<MessageSearch, 'query' | 'after' | 'limit'>): MessagePage {
    const messages: InboxMessage[] = [];
    for (const message of this.candidates(query, after)) {
      if (!matches(message, query)) continue;
      if (messages.length === limit) return { messages, next: messages.at(-1)?.id ?? null };
      messages.push(message);
    }
    return { messages, next: null };
  }

  /** How many messages fit, counted up to the given number. */
  count(query: MessageQuery, most: number): number {
    return this.find({ query, limit: most }).messages.length;
  }

  /** Like {@link find}, but when fewer than `count` fit it waits until so many do, or for `waitMs`. */
  async findOrWait(search: MessageSearch, signal: AbortSignal): Promise<MessagePage> {
    const { query, count, waitMs } = search;
    const result = (): MessagePage => this.find(search);
    const there = waitMs > 0 ? this.count(query, count) : count;
    if (there >= count) return result();
    return this.waiters.wait(query, { count, there }, { ms: waitMs, signal, result });
  }

  /** Whether one more may wait. */
  get canWait(): boolean {
    return !this.waiters.full;
  }

  stats(): InboxStats {
    return { messages: this.store.size, accepted: this.accepted, duplicates: this.store.duplicates };
  }

  /** Empties the inbox and starts counting from zero. */
  reset(): void {
    this.store.clear();
    this.waiters.startAnew();
    this.accepted = 0;
  }

  /** Sends away those who wait, so that their connections do not hold up a shutdown. */
  close(): void {
    this.waiters.close();
  }

  /** @returns null where there was none, undefined when newer mail has taken its place */
  private textAt(slot: Slot | null): string | null | undefined {
    return slot === null ? null : (this.ring.read(slot) ?? undefined);
  }

  private candidates(query: MessageQuery, after: string | undefined): Iterable<InboxMessage> {
    const before = after === undefined ? undefined : (this.store.get(after)?.sequence ?? -1);
    const sendId = query.customArgs[SEND_ID];
    if (sendId === undefined) return this.store.newestFirst(before);
    const copies = this.store.copiesOf(sendId);
    return before === undefined ? copies : copies.filter((copy) => copy.sequence < before);
  }
}
