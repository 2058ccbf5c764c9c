import type { InboxMessage } from './inbox-message.js';
import { matches, type MessageQuery } from './message-query.js';

interface Waiter {
  query: MessageQuery;
  /** How many messages it takes, and how many of them are not there yet. */
  count: number;
  missing: number;
  settle: () => void;
}

/** Every arriving message is compared with every waiter, so their number is bounded. */
const MOST_WAITERS = 1000;

/** Those who wait for messages that have not arrived yet, or for something to happen to them. */
export class MessageWaiters {
  private readonly waiters = new Set<Waiter>();

  get full(): boolean {
    return this.waiters.size >= MOST_WAITERS;
  }

  /**
   * Resolves once so many messages fit, or the time is over, the signal fires or the sandbox stops.
   *
   * @param there how many fit already
   * @param result called at that very moment, before anything else can arrive
   */
  async wait<Result>(
    query: MessageQuery,
    { count, there }: { count: number; there: number },
    { ms, signal, result }: { ms: number; signal: AbortSignal; result: () => Result },
  ): Promise<Result> {
    return new Promise((resolve) => {
      const settle = (): void => {
        this.waiters.delete(waiter);
        clearTimeout(timer);
        signal.removeEventListener('abort', settle);
        resolve(result());
      };
      const timer = setTimeout(settle, ms);
      const waiter: Waiter = { query, count, missing: count - there, settle };
      this.waiters.add(waiter);
      signal.addEventListener('abort', settle);
      if (signal.aborted) settle();
    });
  }

  /** Tells everybody who waits for such a message that it is here. */
  announce(message: InboxMessage): void {
    for (const waiter of this.waiters) {
      if (matches(message, waiter.query)) found(waiter);
    }
  }

  /** Tells everybody who waits for such a thing to happen to such a message. Its history has the entry already. */
  announceEvent(message: InboxMessage): void {
    const before = { ...message, history: message.history.slice(0, -1) };
    for (const waiter of this.waiters) {
      const { query } = waiter;
      if (query.event === undefined && query.label === undefined) continue;
      if (matches(message, query) && !matches(before, query)) found(waiter);
    }
  }

  /** Takes note that no message is there any more. */
  startAnew(): void {
    for (const waiter of this.waiters) waiter.missing = waiter.count;
  }

  /** Lets everybody go. */
  close(): void {
    for (const waiter of this.waiters) waiter.settle();
  }
}

function found(waiter: Waiter): void {
  waiter.missing -= 1;
  if (waiter.missing <= 0) waiter.settle();
}
