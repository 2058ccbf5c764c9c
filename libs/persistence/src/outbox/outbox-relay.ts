import type { DataSource } from 'typeorm';
import { Periodic } from '../periodic.js';
import { sqlOf } from '../sql.js';
import type { StoredOutboxEntry } from './outbox.js';

/** Publishes messages; tells, entry by entry, whether the stream has stored it, and whether the stream is away. */
export type PublishAll = (
  entries: readonly StoredOutboxEntry[],
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
  private draining: Promise<void> | undefined;
  private stopped = false;
  private orphans = 0;
  private oldestMs = 0;

  private readonly sweep: Periodic;

  constructor(private readonly options: OutboxRelayOptions) {
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

  /** Committed entries that wait to be published, in memory and in the table: how far publishing lags behind. */
  get lag(): number {
    return this.queue.length + this.orphans;
  }

  /** How long the oldest entry had been waiting when the sweep last looked, ms. */
  get ageMs(): number {
    return this.oldestMs;
  }

  /** Takes over committed entries; does not wait for them. */
  publish(entries: readonly StoredOutboxEntry[]): void {
    if (this.stopped || this.queue.length + entries.length > maxQueue) return;
    this.queue.push(...entries);
    this.draining ??= this.drain().finally(() => (this.draining = undefined));
  }

  /** Stops sweeping and waits for what is in flight; what is still queued stays in the table. */
  async stop(): Promise<void> {
    await this.sweep.stop();
    await this.draining;
    this.stopped = true;
  }

  private async drain(): Promise<void> {
    while (this.queue.length > 0) {
      const interrupted = await this.publishBatch(this.queue.splice(0, batchSize));
      // The stream is away: everything is safe in the table, and the sweep tries again at its own pace.
      if (interrupted) this.queue.length = 0;
    }
  }

  /** @returns whether the stream, or the table, is away; single entries that were refused stay for the sweep */
  private async publishBatch(batch: readonly StoredOutboxEntry[]): Promise<boolean> {
    try {
      const { stored, interrupted } = await this.options.publish(batch);
      const done = batch.filter((_, index) => stored[index]);
      if (done.length > 0)
        await this.options.dataSource.query('DELETE FROM outbox WHERE id = ANY($1::bigint[])', [
          done.map(({ id }) => id),
        ]);
      return interrupted;
    } catch (error) {
      this.options.onError(error);
      return true;
    }
  }

  /** Publishes orphans in batches, past those that are refused, until it has seen all or the stream is away. */
  private async sweepAll(stopping: () => boolean): Promise<void> {
    for (let after = '0'; !stopping();) {
      const batch = await this.orphansAfter(after);
      // Known before they are published, which may take minutes where there are many.
      if (after === '0') this.oldestMs = batch[0]?.ageMs ?? 0;
      const last = batch.at(-1);
      if (!last || (await this.publishBatch(batch)) || batch.length < batchSize) break;
      after = last.id;
    }
    await this.measure();
  }

  private orphansAfter(id: string): Promise<(StoredOutboxEntry & { ageMs: number })[]> {
    return sqlOf(this.options.dataSource)(
      `SELECT id, subject, msg_id AS "msgId", body, headers,
              1000 * extract(epoch FROM now() - created_at)::float8 AS "ageMs" FROM outbox
        WHERE id > $2 AND created_at < now() - $1 * interval '1 millisecond' ORDER BY id LIMIT ${batchSize}`,
      [this.orphanAfterMs, id],
    );
  }

  /** Ids follow the time of writing closely enough to find the oldest entry without looking at all of them. */
  private async measure(): Promise<void> {
    const [row] = await sqlOf(this.options.dataSource)<{ count: string; oldest_ms: number | null }>(
      `SELECT (SELECT count(*) FROM (SELECT FROM outbox WHERE created_at < now() - $1 * interval '1 millisecond'
                 LIMIT ${maxQueue}) AS orphans),
              (SELECT 1000 * extract(epoch FROM now() - created_at)::float8 FROM outbox ORDER BY id LIMIT 1) AS oldest_ms`,
      [this.orphanAfterMs],
    );
    this.orphans = Number(row?.count);
    this.oldestMs = row?.oldest_ms ?? 0;
  }

  private get orphanAfterMs(): number {
    return this.options.orphanAfterMs ?? 5_000;
  }
}
