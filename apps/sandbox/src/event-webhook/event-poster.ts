import { AsyncResource } from 'node:async_hooks';
import { describeOutcome, type PostOutcome } from './event-webhook.js';
import type { QueuedEvent } from './queued-event.js';
import { RETRY_HORIZON_MS, type RetryPace, retryDelay } from './retry-delay.js';
import { type Batch, RetryShelf } from './retry-shelf.js';
import { batchBody, takeBatch } from './take-batch.js';

/** The part of a logger that a poster uses. */
export interface PosterLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  debug(fields: object, message: string): void;
}

/** What an {@link EventPoster} needs to know. Times in milliseconds. */
export interface PosterOptions {
  /** Posts one body to the webhook; must not throw. */
  post: (body: Buffer) => Promise<PostOutcome>;
  /** Puts the events of a batch in the order in which they are to be posted. */
  arrange: (events: QueuedEvent[]) => void;
  log: PosterLog;
  /** Posts under way at once. */
  concurrency: number;
  /** Least time between the starts of two fresh posts. */
  gap: number;
  retry: RetryPace;
  /** UTF-8 bytes of events that may be held. */
  capacity: number;
}

/** Events by where they stand: `queued` counts those waiting and under way, `failed` those given up after 24 hours. */
export interface PosterStats {
  queued: number;
  posted: number;
  failed: number;
}

/**
 * Carries events to the webhook in batches and repeats a batch until the webhook answers 2xx.
 *
 * The first event of a quiet time leaves at once. While posts are under way, or the last one is less than
 * the gap ago, events gather and leave together, so that batches grow with the load and nothing waits
 * without need. After a failure a batch waits its own, growing time; fresh events hold back for the same
 * time unless some other post succeeds, so that an outage gathers large batches and not thousands of small ones.
 */
export class EventPoster {
  private readonly queue: QueuedEvent[] = [];
  private readonly shelf = new RetryShelf();
  private readonly underWay = new Set<Promise<void>>();
  private readonly counts = { queued: 0, posted: 0, failed: 0 };
  private heldBytes = 0;
  private failuresInARow = 0;
  private freshNotBefore = 0;
  private timer: NodeJS.Timeout | undefined;
  private wakeSoon: NodeJS.Immediate | undefined;
  private closed = false;
  /** Counts the resets: a post that was under way at one is not of this era any more. */
  private era = 0;
  /** Posts belong to no request, so their log lines must not carry the id of the one that happened to start them. */
  private readonly wake = AsyncResource.bind(() => this.pump());

  constructor(private readonly options: PosterOptions) {}

  /** Whether events of so many bytes can be taken in. An empty poster takes anything. */
  hasRoom(bytes: number): boolean {
    return this.heldBytes === 0 || this.heldBytes + bytes <= this.options.capacity;
  }

  /** Takes events in. Ask {@link hasRoom} first: what is taken in is kept until it is posted. */
  enqueue(events: readonly QueuedEvent[]): void {
    for (const event of events) {
      this.queue.push(event);
      this.heldBytes += event.bytes;
    }
    this.counts.queued += events.length;
    // Not at once: what arrives in the same turn of the event loop shares a post.
    this.wakeSoon ??= setImmediate(this.wake);
  }

  stats(): PosterStats {
    return { ...this.counts };
  }

  /** Starts `posted` and `failed` at zero again; what is queued stays queued. */
  resetCounts(): void {
    this.counts.posted = 0;
    this.counts.failed = 0;
  }

  /** Drops what waits, lets the posts under way end without repeating them, and starts counting at zero. */
  async reset(): Promise<void> {
    this.era += 1;
    this.discard(this.queue.splice(0));
    for (const batch of this.shelf.takeAll()) this.discard(batch.events);
    clearTimeout(this.timer);
    this.failuresInARow = 0;
    this.freshNotBefore = 0;
    this.resetCounts();
    await Promise.all(this.underWay);
  }

  /** Stops posting, waits for the posts under way, and returns how many events were left unposted. */
  async close(): Promise<number> {
    this.closed = true;
    clearTimeout(this.timer);
    clearImmediate(this.wakeSoon);
    await Promise.all(this.underWay);
    return this.counts.queued;
  }

  private pump(): void {
    clearImmediate(this.wakeSoon);
    this.wakeSoon = undefined;
    if (this.closed) return;
    while (this.underWay.size < this.options.concurrency) {
      const batch = this.nextBatch(Date.now());
      if (!batch) break;
      const posting = this.post(batch).finally(() => {
        this.underWay.delete(posting);
        this.pump();
      });
      this.underWay.add(posting);
    }
    this.setTimer();
  }

  private nextBatch(now: number): Batch | undefined {
    const due = this.shelf.takeDue(now);
    if (due) return due;
    if (this.queue.length === 0 || now < this.freshNotBefore) return undefined;
    this.freshNotBefore = now + this.options.gap;
    const events = takeBatch(this.queue);
    this.options.arrange(events);
    return { events, failures: 0, firstPostedAt: now, dueAt: now };
  }

  /** With every slot taken there is nothing to wake up for: the end of a post pumps. */
  private setTimer(): void {
    clearTimeout(this.timer);
    const fresh = this.queue.length > 0 ? this.freshNotBefore : Infinity;
    const next = Math.min(fresh, this.shelf.nextDueAt());
    if (next === Infinity || this.underWay.size >= this.options.concurrency) return;
    this.timer = setTimeout(this.wake, Math.max(0, next - Date.now()));
  }

  private async post(batch: Batch): Promise<void> {
    const startedAt = performance.now();
    const { era } = this;
    const outcome = await this.options.post(batchBody(batch.events));
    this.options.log.debug(
      {
        events: batch.events.length,
        outcome: outcome.kind,
        durationMs: Math.round(performance.now() - startedAt),
      },
      `the event webhook ${describeOutcome(outcome)}`,
    );
    for (const event of batch.events) event.record.attempts += 1;
    if (era !== this.era) {
      this.discard(batch.events);
      return;
    }
    if (outcome.kind === 'accepted') {
      this.noteRecovery();
      this.settle(batch, 'posted');
      return;
    }
    batch.failures += 1;
    this.noteFailure(batch, outcome);
    if (Date.now() - batch.firstPostedAt >= RETRY_HORIZON_MS) {
      this.settle(batch, 'failed');
    } else {
      batch.dueAt = Date.now() + retryDelay(batch.failures, this.options.retry);
      this.shelf.put(batch);
    }
  }

  private settle(batch: Batch, state: 'posted' | 'failed'): void {
    for (const event of batch.events) event.record.state = state;
    this.discard(batch.events);
    this.counts[state] += batch.events.length;
  }

  /** Holds these no longer. */
  private discard(events: readonly QueuedEvent[]): void {
    for (const event of events) this.heldBytes -= event.bytes;
    this.counts.queued -= events.length;
  }

  private noteFailure(batch: Batch, outcome: PostOutcome): void {
    this.failuresInARow += 1;
    const pause = retryDelay(this.failuresInARow, this.options.retry);
    this.freshNotBefore = Date.now() + pause;
    // One line when trouble begins; the next when it is over.
    if (this.failuresInARow > 1) return;
    this.options.log.warn(
      { events: batch.events.length, retryMs: pause },
      `the event webhook ${describeOutcome(outcome)}; its events will be posted again, with growing gaps`,
    );
  }

  private noteRecovery(): void {
    if (this.failuresInARow === 0) return;
    this.options.log.info({ failures: this.failuresInARow }, 'the event webhook accepts posts again');
    this.failuresInARow = 0;
    this.freshNotBefore = 0;
  }
}
