import type { DataSource } from 'typeorm';
import { Periodic } from '../periodic.js';
import type { OutboxEntry, OutboxRow, StoredOutboxEntry } from './outbox.js';
import { OutboxTable } from './outbox-table.js';
import { PublishedRows } from './published-rows.js';

/** Publishes messages; tells, entry by entry, whether the stream has stored it, and whether the stream is away. */
export type PublishAll = (
  entries: readonly OutboxEntry[],
) => Promise<{ stored: boolean[]; interrupted: boolean }>;

export interface OutboxRelayOptions {
  dataSource: DataSource;
  publish: PublishAll;
  onError: (error: unknown) => void;
  /** How often the sweep looks for entries that nobody published, ms. */
  sweepEveryMs?: number;
  /** An entry younger than this may still be on its way from the process that wrote it, ms. */
  orphanAfterMs?: number;
}

/** Messages published together; a row is not divided. */
const batchSize = 500;
/** Messages held in memory at the most; what is beyond waits in the table for the sweep. */
const maxQueue = 20_000;

/**
 * Moves committed outbox entries to JetStream: at once when the writer hands them over, by a sweep when the writer
 * died, NATS was away or the queue was full. A row is deleted only after the PubAcks of all its messages; publishing one
 * twice is harmless (see {@link OutboxEntry.msgId}).
 */
export class OutboxRelay {
  private readonly queue: OutboxRow[] = [];
  private queued = 0;
  private draining: Promise<void> | undefined;
  private stopped = false;
  private orphans = 0;
  private oldestMs = 0;

  private readonly table: OutboxTable;
  private readonly published: PublishedRows;
  private readonly sweep: Periodic;

  constructor(private readonly options: OutboxRelayOptions) {
    this.table = new OutboxTable(options.dataSource, options.orphanAfterMs ?? 5_000);
    this.published = new PublishedRows((ids) => this.table.delete(ids), options.onError);
    this.sweep = new Periodic({
      everyMs: options.sweepEveryMs ?? 2_000,
      work: (stopping) => this.sweepAll(stopping),
      onError: options.onError,
    });
  }

  /** Sweeps once now, then for as long as the service lives. */
  start(): void {
    this.sweep.start();
  }

  /** Committed messages that wait to be published, in memory and in the table: how far publishing lags behind. */
  get lag(): number {
    return this.queued + this.orphans;
  }

  /** How long the oldest entry had been waiting when the sweep last looked, ms. */
  get ageMs(): number {
    return this.oldestMs;
  }

  /** Takes over committed entries, all of a row; does not wait for them. */
  publish(entries: readonly StoredOutboxEntry[]): void {
    if (this.stopped || this.queued + entries.length > maxQueue) return;
    for (const row of new Set(entries.map((entry) => entry.row))) {
      this.queue.push(row);
      this.queued += row.entries.length;
    }
    if (this.queue.length > 0) this.draining ??= this.drain().finally(() => (this.draining = undefined));
  }

  /** Stops sweeping and waits for what is in flight; what is still queued stays in the table. */
  async stop(): Promise<void> {
    await this.sweep.stop();
    await this.draining;
    this.stopped = true;
    await this.published.flush();
  }

  private async drain(): Promise<void> {
    while (this.queue.length > 0) {
      const interrupted = await this.publishRows(this.takeQueued());
      if (!interrupted) continue;
      // The stream is away: everything is safe in the table, and the sweep tries again at its own pace.
      this.queue.length = 0;
      this.queued = 0;
    }
  }

  private takeQueued(): OutboxRow[] {
    let rows = 0;
    for (let messages = 0; messages < batchSize && rows < this.queue.length; rows++)
      messages += this.queue[rows]?.entries.length ?? 0;
    const taken = this.queue.splice(0, rows);
    for (const { entries } of taken) this.queued -= entries.length;
    return taken;
  }

  /** @returns whether the stream, or the table, is away; single entries that were refused stay for the sweep */
  private async publishRows(rows: readonly OutboxRow[]): Promise<boolean> {
    try {
      const { stored, interrupted } = await this.options.publish(rows.flatMap(({ entries }) => entries));
      let first = 0;
      for (const row of rows) {
        const left = row.entries.filter((_, index) => !stored[first + index]);
        first += row.entries.length;
        if (left.length === 0) this.published.add(row.id);
        else if (left.length < row.entries.length) await this.table.reduce(row, left);
      }
      return interrupted;
    } catch (error) {
      this.options.onError(error);
      return true;
    }
  }

  /** Publishes orphans in batches, past those that are refused, until it has seen all or the stream is away. */
  private async sweepAll(stopping: () => boolean): Promise<void> {
    for (let after = '0'; !stopping();) {
      // What is published is not to be found once more.
      await this.published.flush();
      const rows = await this.table.orphansAfter(after);
      // Known before they are published, which may take minutes where there are many.
      if (after === '0') this.oldestMs = rows[0]?.ageMs ?? 0;
      const last = rows.at(-1);
      if (!last || (await this.publishRows(rows))) break;
      after = last.id;
    }
    await this.published.flush();
    const { orphans, oldestMs } = await this.table.measure(maxQueue);
    this.orphans = orphans;
    this.oldestMs = oldestMs;
  }
}
