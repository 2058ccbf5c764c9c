import type { DataSource } from 'typeorm';
import { sqlOf } from '../sql.js';
import type { StoredOutboxEntry } from './outbox.js';

/** Publishes messages; the answer tells, entry by entry, whether the stream has stored it. */
export type PublishAll = (entries: readonly StoredOutboxEntry[]) => Promise<boolean[]>;

export interface OutboxRelayOptions {
  dataSource: DataSource;
  publish: PublishAll;
  onError: (error: unknown) => void;
  /** How often the sweep looks for entries that nobody published, ms. */
  sweepEveryMs?: number;
  /** An entry younger than this may still be on its way from the process that wrote it, ms. */
  orphanAfterMs?: number;
}

const batchSize = 500;
/** Entries held in memory at the most; what is beyond waits in the table for the sweep. */
const maxQueue = 20_000;

/**
 * Moves committed outbox entries to JetStream: at once when the writer hands them over, by a sweep when the writer
 * died, NATS was away or the queue was full. An entry is deleted only after its PubAck; publishing one twice is
 * harmless (see {@link OutboxEntry.msgId}).
 */
export class OutboxRelay {
  private readonly queue: StoredOutboxEntry[] = [];
  private timer: NodeJS.Timeout | undefined;
  private draining: Promise<void> | undefined;
  private sweeping: Promise<void> | undefined;
  private stopped = false;

  constructor(private readonly options: OutboxRelayOptions) {}

  /** Sweeps once now, then for as long as the service lives. */
  start(): void {
    void this.sweep();
    this.timer = setInterval(() => void this.sweep(), this.options.sweepEveryMs ?? 2_000);
  }

  /** Entries waiting in memory: a gauge of how far publishing lags behind accepting. */
  get lag(): number {
    return this.queue.length;
  }

  /** Takes over committed entries; does not wait for them. */
  publish(entries: readonly StoredOutboxEntry[]): void {
    if (this.stopped || this.queue.length + entries.length > maxQueue) return;
    this.queue.push(...entries);
    this.draining ??= this.drain().finally(() => (this.draining = undefined));
  }

  /** Stops sweeping and waits for what is in flight; what is still queued stays in the table. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.draining;
    this.stopped = true;
    await this.sweeping;
  }

  private async drain(): Promise<void> {
    while (this.queue.length > 0) {
      const batch = this.queue.splice(0, batchSize);
      if (!(await this.publishBatch(batch))) {
        // NATS is away: everything is safe in the table, and the sweep retries at its own pace.
        this.queue.length = 0;
      }
    }
  }

  /** @returns whether every entry of the batch was stored by the stream */
  private async publishBatch(batch: readonly StoredOutboxEntry[]): Promise<boolean> {
    try {
      const stored = await this.options.publish(batch);
      const done = batch.filter((_, index) => stored[index]);
      if (done.length > 0)
        await this.options.dataSource.query('DELETE FROM outbox WHERE id = ANY($1::bigint[])', [
          done.map(({ id }) => id),
        ]);
      return done.length === batch.length;
    } catch (error) {
      this.options.onError(error);
      return false;
    }
  }

  private sweep(): Promise<void> {
    this.sweeping ??= this.sweepAll().finally(() => (this.sweeping = undefined));
    return this.sweeping;
  }

  /** Publishes orphans in batches until there are none, or until one batch does not get through. */
  private async sweepAll(): Promise<void> {
    try {
      while (!this.stopped) {
        const orphans = await sqlOf(this.options.dataSource)<StoredOutboxEntry>(
          `SELECT id, subject, msg_id AS "msgId", body, headers FROM outbox
            WHERE created_at < now() - $1 * interval '1 millisecond' ORDER BY id LIMIT ${batchSize}`,
          [this.options.orphanAfterMs ?? 5_000],
        );
        if (orphans.length === 0 || !(await this.publishBatch(orphans)) || orphans.length < batchSize) return;
      }
    } catch (error) {
      this.options.onError(error);
    }
  }
}
