import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { inTransaction, OutboxRelay, Periodic } from '@qflow/persistence';
import { LOGGER } from '@qflow/service';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { expireWaiting } from '../deliveries/expire-waiting.js';
import { StandingReport } from '../standing/standing-report.js';
import { purgeDeleted } from '../subscriptions/purge-deleted.js';
import { Subscriptions } from '../subscriptions/subscriptions.js';

const expireEveryMs = 30_000;
const purgeEveryMs = 1_000;

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

  constructor(
    private readonly dataSource: DataSource,
    private readonly relay: OutboxRelay,
    private readonly subscriptions: Subscriptions,
    private readonly standing: StandingReport,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.expiries.start();
    this.purges.start();
  }

  async stop(): Promise<void> {
    await Promise.all([this.expiries.stop(), this.purges.stop()]);
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

  private async purge(stopping: () => boolean): Promise<void> {
    while (!stopping() && (await inTransaction(this.dataSource, purgeDeleted)));
  }
}
