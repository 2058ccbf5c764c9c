import type { InboxMessage } from './inbox-message.js';
import { matches, type MessageQuery } from './message-query.js';

interface Waiter {
  query: MessageQuery;
  settle: (message: InboxMessage | undefined) => void;
}

/** Every arriving message is compared with every waiter, so their number is bounded. */
const MOST_WAITERS = 1000;

/** Those who wait for a message that has not arrived yet. */
export class MessageWaiters {
  private readonly waiters = new Set<Waiter>();

  get full(): boolean {
    return this.waiters.size >= MOST_WAITERS;
  }

  /**
   * Resolves with the next message that fits, or with undefined when the time is over, the signal fires or
   * the sandbox stops.
   */
  async wait(query: MessageQuery, ms: number, signal: AbortSignal): Promise<InboxMessage | undefined> {
    return new Promise((resolve) => {
      const giveUp = (): void => waiter.settle(undefined);
      const timer = setTimeout(giveUp, ms);
      const waiter: Waiter = {
        query,
        settle: (message) => {
          this.waiters.delete(waiter);
          clearTimeout(timer);
          signal.removeEventListener('abort', giveUp);
          resolve(message);
        },
      };
      this.waiters.add(waiter);
      signal.addEventListener('abort', giveUp);
      if (signal.aborted) giveUp();
    });
  }

  /** Tells everybody who waits for such a message that it is here. */
  announce(message: InboxMessage): void {
    for (const waiter of this.waiters) {
      if (matches(message, waiter.query)) waiter.settle(message);
    }
  }

  /** Sends everybody away empty-handed. */
  close(): void {
    for (const waiter of this.waiters) waiter.settle(undefined);
  }
}
