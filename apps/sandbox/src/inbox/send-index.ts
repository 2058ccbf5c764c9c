import type { InboxMessage } from './inbox-message.js';

/** The custom argument under which Qflow Comms tells its sends apart. */
export const SEND_ID = 'qflow_send_id';

/** How many earlier copies of a send are compared with a new one. */
const LOOK_BACK = 1000;

/** Finds the copies of a send, and counts the sends that somebody got more than once. */
export class SendIndex {
  private readonly copies = new Map<string, InboxMessage[]>();
  private repeated = 0;

  /** Sends of which one recipient got more than one copy; each counts once, however many copies there were. */
  get duplicates(): number {
    return this.repeated;
  }

  add(message: InboxMessage): void {
    const id = message.customArgs[SEND_ID];
    if (id === undefined) return;
    const known = this.copies.get(id);
    if (!known) {
      this.copies.set(id, [message]);
      return;
    }
    // Two recipients of one request are no duplicate.
    const before = known.slice(-LOOK_BACK).filter((copy) => copy.to === message.to).length;
    if (before === 1) this.repeated += 1;
    known.push(message);
  }

  /** Forgets the oldest message, which is the first of its send's copies. */
  removeOldest(message: InboxMessage): void {
    const id = message.customArgs[SEND_ID];
    const known = id === undefined ? undefined : this.copies.get(id);
    if (id === undefined || !known) return;
    known.shift();
    if (known.length === 0) this.copies.delete(id);
  }

  /** The copies of a send, newest first. */
  find(sendId: string): InboxMessage[] {
    return [...(this.copies.get(sendId) ?? [])].reverse();
  }
}
