import { isDependencyDown } from './is-dependency-down.js';

/**
 * Lets concurrent callers share one transaction. Whoever comes while a flush is running waits for the next one, so
 * a lone caller never waits for company and a crowd pays for few commits (the "group commit" of databases).
 */
export interface GroupCommitOptions<Item, Result> {
  /** Handles the items together, in one transaction; answers one result per item, in order. */
  flush: (items: Item[]) => Promise<Result[]>;
  /** Items in one flush at the most. */
  maxBatch?: number;
  /** Flushes that may run at once: enough to keep Postgres busy while another commit waits for its disk. */
  parallel?: number;
  /**
   * How long the next batch gathers after a flush, ms, where many small commits would cost more than they gain: only who
   * comes so soon after somebody else waits, and no longer than that. 0 unless given; with it a second flush at once is
   * for when the first is held up.
   */
  gatherMs?: number;
  /** Items waiting at the most; beyond it {@link GroupCommit.add} refuses with {@link QueueFull}. */
  maxQueue?: number;
}

/** The queue is at its bound; the caller must refuse its own caller (503) rather than grow. */
export class QueueFull extends Error {
  constructor(limit: number) {
    super(`more than ${limit} items are waiting to be committed`);
    this.name = 'QueueFull';
  }
}

/** A flush takes this many times as long as gathering before another one starts beside it. */
const heldUp = 10;
/** So many do not gather any longer: what a larger batch would save is little. */
const enough = 32;

interface Waiting<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

export class GroupCommit<Item, Result> {
  private readonly waiting: Waiting<Item, Result>[] = [];
  private readonly idleWaiters: (() => void)[] = [];
  private running = 0;
  private scheduled = false;
  private timer: NodeJS.Timeout | undefined;
  private lastStart = -Infinity;
  private lastEnd = -Infinity;
  private readonly maxBatch: number;
  private readonly parallel: number;
  private readonly gatherMs: number;
  private readonly enough: number;
  private readonly maxQueue: number;

  constructor(private readonly options: GroupCommitOptions<Item, Result>) {
    this.maxBatch = options.maxBatch ?? 500;
    this.parallel = options.parallel ?? 2;
    this.gatherMs = options.gatherMs ?? 0;
    this.enough = Math.min(enough, this.maxBatch);
    this.maxQueue = options.maxQueue ?? 20_000;
  }

  /** Resolves once the item is committed. Rejects with the flush's error, or {@link QueueFull}. */
  add(item: Item): Promise<Result> {
    if (this.waiting.length >= this.maxQueue) return Promise.reject(new QueueFull(this.maxQueue));
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      if (this.waiting.length === this.enough) this.scheduleAnew();
      else this.schedule();
    });
  }

  /** Resolves when nothing is waiting or running: for shutdown. */
  idle(): Promise<void> {
    if (this.running === 0 && this.waiting.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.idleWaiters.push(resolve));
  }

  /** One turn of the event loop gathers what arrived together; a timer is involved only right after a flush. */
  private schedule(): void {
    if (this.scheduled || this.running >= this.parallel || this.waiting.length === 0) return;
    this.scheduled = true;
    const wait = this.gatherMs > 0 && this.waiting.length < this.enough ? this.gathersFor() : 0;
    if (wait > 0) this.timer = setTimeout(this.start, wait);
    else setImmediate(this.start);
  }

  private readonly start = (): void => {
    this.scheduled = false;
    this.timer = undefined;
    void this.runOne();
    this.schedule();
  };

  private gathersFor(): number {
    const due = this.running === 0 ? this.lastEnd + this.gatherMs : this.lastStart + heldUp * this.gatherMs;
    return due - performance.now();
  }

  /** Once the flush that was waited for is over, or a batch is full, the wait is another one. */
  private scheduleAnew(): void {
    if (this.timer) {
      clearTimeout(this.timer);
      this.timer = undefined;
      this.scheduled = false;
    }
    this.schedule();
  }

  private async runOne(): Promise<void> {
    const batch = this.waiting.splice(0, this.maxBatch);
    if (batch.length === 0) return;
    this.running++;
    this.lastStart = performance.now();
    try {
      await this.flushBatch(batch);
    } finally {
      this.running--;
      this.lastEnd = performance.now();
      this.scheduleAnew();
      if (this.running === 0 && this.waiting.length === 0)
        this.idleWaiters.splice(0).forEach((resolve) => resolve());
    }
  }

  /**
   * A batch that fails is tried again one by one, so that one bad item does not take its neighbours down; unless it
   * failed because the database is away, where every single one would wait in vain.
   */
  private async flushBatch(batch: Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.options.flush(batch.map(({ item }) => item));
      batch.forEach(({ resolve }, index) => resolve(results[index] as Result));
    } catch (error) {
      if (batch.length === 1 || isDependencyDown(error)) batch.forEach(({ reject }) => reject(error));
      else for (const one of batch) await this.flushBatch([one]);
    }
  }
}
