import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import {
  GroupCommit,
  inTransaction,
  isDependencyDown,
  OutboxRelay,
  sqlOf,
  sqlState,
  type Sql,
} from '@qflow/persistence';
import { DataSource } from 'typeorm';
import type { Delivery } from '../deliveries/delivery.js';
import { tellEndings } from '../deliveries/endings.js';
import type { Entry } from '../deliveries/entry.js';
import { recordAttempts, type AttemptedEntry } from '../deliveries/record-attempts.js';
import { releaseClaims, type Release } from '../deliveries/release-claims.js';
import { skipDeliveries } from '../deliveries/skip-deliveries.js';
import { isPlainSuccess, storeDelivered } from '../deliveries/store-delivered.js';
import { storeDeliveries } from '../deliveries/store-deliveries.js';
import { StandingReport } from '../standing/standing-report.js';
import { Subscriptions } from '../subscriptions/subscriptions.js';

/** Nobody but the stream and the next attempt waits for what is written, and a commit costs as much as a dozen rows. */
const gatherMs = 15;
/** While the database is away, what is to be written is tried again, ms. */
const againAfterMs = 250;
/** A process that is to end waits so long for the database, ms. */
const lastTryMs = 10_000;
/** Statements that were cancelled, and races that were lost again and again: a busy database, and no fault of theirs. */
const passing = new Set(['57014', '55P03', '40001', '40P01']);
const passingTries = 5;

/**
 * Writes what became of deliveries; what comes at the same time shares a transaction. Nothing here is refused for want
 * of room: the dispatcher bounds what it takes in by what has been written.
 */
@Injectable()
export class Recorder {
  private readonly stores = new GroupCommit<Entry, void>({
    flush: (entries) => this.flush(entries, (sql) => storeDeliveries(sql, entries)),
    gatherMs,
    maxQueue: Infinity,
  });
  /** What went well at once, which is nearly all there is. */
  private readonly successes = new GroupCommit<AttemptedEntry, void>({
    flush: (entries) => this.flushSuccesses(entries),
    gatherMs,
    maxQueue: Infinity,
  });
  private readonly updates = new GroupCommit<AttemptedEntry, void>({
    flush: (entries) => this.flush(entries, (sql) => recordAttempts(sql, entries)),
    gatherMs,
    maxQueue: Infinity,
  });
  private readonly skips = new GroupCommit<Delivery, void>({
    flush: async (deliveries) => {
      await inTransaction(this.dataSource, (sql) => skipDeliveries(sql, deliveries));
      return deliveries.map(() => undefined);
    },
    maxQueue: Infinity,
  });
  private readonly releases = new GroupCommit<Release, void>({
    flush: async (releases) => {
      await releaseClaims(sqlOf(this.dataSource), releases);
      return releases.map(() => undefined);
    },
    gatherMs,
    maxQueue: Infinity,
  });

  private giveUpAt = Infinity;

  constructor(
    private readonly dataSource: DataSource,
    private readonly relay: OutboxRelay,
    private readonly subscriptions: Subscriptions,
    private readonly standing: StandingReport,
  ) {}

  /** Writes a delivery that is not in the log yet; where another replica was first, that one's word stands. */
  store(entry: Entry): Promise<void> {
    return this.persist(() => (isPlainSuccess(entry) ? this.successes.add(entry) : this.stores.add(entry)));
  }

  /** Writes an attempt of a delivery that is in the log. */
  update(entry: AttemptedEntry): Promise<void> {
    return this.persist(() => this.updates.add(entry));
  }

  /** Ends one that is in the log and whose subscription has been disabled. */
  skip(delivery: Delivery): Promise<void> {
    return this.skips.add(delivery);
  }

  /** Gives one that is in the log back. */
  release(release: Release): Promise<void> {
    return this.releases.add(release);
  }

  /** The process is to end: an outage of the database is not waited out any more. */
  hurry(): void {
    this.giveUpAt = performance.now() + lastTryMs;
  }

  async idle(): Promise<void> {
    await Promise.all(
      [this.successes, this.stores, this.updates, this.skips, this.releases].map((group) => group.idle()),
    );
  }

  private async flushSuccesses(entries: readonly AttemptedEntry[]): Promise<void[]> {
    if (await storeDelivered(sqlOf(this.dataSource), entries)) return entries.map(() => undefined);
    return this.flush(entries, (sql) => storeDeliveries(sql, entries));
  }

  private async flush(entries: readonly Entry[], write: (sql: Sql) => Promise<Entry[]>): Promise<void[]> {
    const { outbox, changed, turns } = await inTransaction(this.dataSource, async (sql) =>
      tellEndings(sql, await write(sql)),
    );
    this.relay.publish(outbox);
    for (const accountId of changed) this.subscriptions.changed(accountId);
    this.standing.report(turns);
    return entries.map(() => undefined);
  }

  /**
   * An attempt was made, and to forget it is to repeat it: as long as this process lives, it is written as soon as the
   * database is back. What waits for that is bounded, and the stream is told that its events are in hand.
   */
  private async persist(write: () => Promise<void>): Promise<void> {
    for (let tries = 1; ; tries++)
      try {
        return await write();
      } catch (error) {
        const again = isDependencyDown(error)
          ? performance.now() < this.giveUpAt
          : tries < passingTries && passing.has(sqlState(error) ?? '');
        if (!again) throw error;
        await pause(againAfterMs);
      }
  }
}
