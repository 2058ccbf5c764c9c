import type { InboxMessage, NewMessage } from './inbox-message.js';
import { SendIndex } from './send-index.js';

/** How much an {@link InboxStore} may hold. */
export interface StoreLimits {
  messages: number;
  /** Of all messages together, as {@link weigh} counts them. */
  bytes: number;
}

/** What a message costs beside its texts: its objects, its history and its places in the indexes. */
const FIXED_COST = 700;

/** The newest messages, without their bodies. Over one of the limits the oldest go. */
export class InboxStore {
  /** A ring: the message with sequence n is at n modulo the message limit. */
  private ring: (InboxMessage | undefined)[] = [];
  private byId = new Map<string, InboxMessage>();
  private sends = new SendIndex();
  private next = 0;
  private oldest = 0;
  private bytes = 0;

  constructor(private readonly limits: StoreLimits) {}

  get size(): number {
    return this.next - this.oldest;
  }

  /** Sends that one recipient got more than once while their first copy was held. */
  get duplicates(): number {
    return this.sends.duplicates;
  }

  /** Takes the message itself, not a copy of it, and gives it its place. */
  add(message: NewMessage): InboxMessage {
    const added: InboxMessage = Object.assign(message, { sequence: this.next, weight: weigh(message) });
    if (this.size >= this.limits.messages) this.dropOldest();
    this.ring[this.next % this.limits.messages] = added;
    this.next += 1;
    this.byId.set(added.id, added);
    this.sends.add(added);
    this.bytes += added.weight;
    this.makeRoom();
    return added;
  }

  /** Takes note that a message that it holds has become so much larger. */
  grow(message: InboxMessage, bytes: number): void {
    message.weight += bytes;
    this.bytes += bytes;
    this.makeRoom();
  }

  get(id: string): InboxMessage | undefined {
    return this.byId.get(id);
  }

  /** The copies of the send with this `qflow_send_id`, newest first. */
  copiesOf(sendId: string): InboxMessage[] {
    return this.sends.find(sendId);
  }

  /** Newest first, from before the given sequence on. */
  *newestFirst(before = this.next): Generator<InboxMessage> {
    for (let sequence = Math.min(before, this.next) - 1; sequence >= this.oldest; sequence -= 1) {
      const message = this.ring[sequence % this.limits.messages];
      if (message) yield message;
    }
  }

  clear(): void {
    this.ring = [];
    this.byId = new Map();
    this.sends = new SendIndex();
    this.oldest = this.next;
    this.bytes = 0;
  }

  private makeRoom(): void {
    while (this.bytes > this.limits.bytes && this.size > 1) this.dropOldest();
  }

  private dropOldest(): void {
    const place = this.oldest % this.limits.messages;
    const message = this.ring[place];
    this.ring[place] = undefined;
    this.oldest += 1;
    if (!message) return;
    this.byId.delete(message.id);
    this.sends.removeOldest(message);
    this.bytes -= message.weight;
  }
}

/** The memory a message takes, in bytes, roughly: its texts and a fixed part. */
function weigh({ subject, to, from, customArgs }: NewMessage): number {
  let bytes = FIXED_COST + subject.length + to.length + from.email.length + (from.name?.length ?? 0);
  for (const [name, value] of Object.entries(customArgs)) bytes += name.length + value.length;
  return bytes;
}
