import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { inTransaction, OutboxRelay, Periodic, sqlOf } from '@qflow/persistence';
import { LOGGER, Metrics } from '@qflow/service';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { expireWaiting } from '../deliveries/expire-waiting.js';
import { StandingReport } from '../standing/standing-report.js';
import { purgeDeleted } from '../subscriptions/purge-deleted.js';
import { Subscriptions } from '../subscriptions/subscriptions.js';

const expireEveryMs = 30_000;
const purgeEveryMs = 1_000;
const countEveryMs = 15_000;

/** Work in the background, in small pieces, so that nobody waits for it: replicas share it. */
@Injectable()
export class Housekeeping implements OnApplicationBootstrap {
  private readonly expiries = new Periodic({
    everyMs: expireEveryMs,
    work: (stopping) => this.expire(stopping),
    onError: (err) => this.logger.warn({ err }, 'giving up what is past its schedule failed, will retry'),
  });
  private readonly purges = new Periodic({
    everyMs: purgeEveryMs,
    work: (stopping) => this.purge(stopping),
    onError: (err) => this.logger.warn({ err }, 'removing deleted webhooks failed, will retry'),
  });
  private waiting = 0;
  private readonly counts = new Periodic({
    everyMs: countEveryMs,
    work: () => this.count(),
    onError: (err) => this.logger.warn({ err }, 'counting what waits failed, will retry'),
  });

  constructor(
    private readonly dataSource: DataSource,
    private readonly relay: OutboxRelay,
    private readonly subscriptions: Subscriptions,
    private readonly standing: StandingReport,
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: Metrics,
  ) {
    metrics.gauge(
      'qflow_webhook_waiting',
      'Deliveries with an attempt to come, over all replicas, as PostgreSQL estimates.',
      () => this.waiting,
    );
  }

  onApplicationBootstrap(): void {
    this.expiries.start();
    this.purges.start();
    this.counts.start();
  }

  async stop(): Promise<void> {
    await Promise.all([this.expiries.stop(), this.purges.stop(), this.counts.stop()]);
  }

  /** Gives up what is past the end of its schedule. */
  async expire(stopping: () => boolean = () => false): Promise<void> {
    while (!stopping()) {
      const { expired, outbox, changed, turns } = await inTransaction(this.dataSource, expireWaiting);
      this.relay.publish(outbox);
      for (const accountId of changed) this.subscriptions.changed(accountId);
      this.standing.report(turns);
      if (expired === 0) return;
      this.logger.warn(
        { deliveries: expired },
        'deliveries were given up: their endpoints did not come back',
      );
    }
  }

  /** A million rows are not counted for a gauge: a table that is not analysed yet has fewer than matter. */
  private async count(): Promise<void> {
    const [row] = await sqlOf(this.dataSource)<{ waiting: number }>(
      `SELECT greatest(reltuples, 0)::int AS waiting FROM pg_class WHERE oid = 'waiting'::regclass`,
    );
    this.waiting = row?.waiting ?? 0;
  }

  private async purge(stopping: () => boolean): Promise<void> {
    while (!stopping() && (await inTransaction(this.dataSource, purgeDeleted)));
  }
}
