import type { QueuedEvent } from './queued-event.js';

/** Events that were, or are about to be, posted together; a retry posts the same ones again. */
export interface Batch {
  readonly events: QueuedEvent[];
  /** Attempts so far that did not end in 2xx. */
  failures: number;
  /** When it was first posted, and when it is due again (milliseconds since the epoch). */
  readonly firstPostedAt: number;
  dueAt: number;
}

/** The batches that wait for their next attempt, soonest first. */
export class RetryShelf {
  private readonly batches: Batch[] = [];

  put(batch: Batch): void {
    const later = this.batches.findIndex((other) => other.dueAt > batch.dueAt);
    this.batches.splice(later === -1 ? this.batches.length : later, 0, batch);
  }

  /** Takes the batch whose time has come, if any. */
  takeDue(now: number): Batch | undefined {
    return this.nextDueAt() <= now ? this.batches.shift() : undefined;
  }

  /** Takes every batch, due or not. */
  takeAll(): Batch[] {
    return this.batches.splice(0);
  }

  /** When the next batch is due; Infinity when none waits. */
  nextDueAt(): number {
    return this.batches[0]?.dueAt ?? Infinity;
  }
}
