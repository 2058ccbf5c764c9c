import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { inTransaction, Periodic } from '@qflow/persistence';
import { LOGGER } from '@qflow/service';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { claimDue } from '../deliveries/claim-due.js';
import { purgeDeleted } from '../subscriptions/purge-deleted.js';
import { DeliveryDispatcher } from './delivery-dispatcher.js';

const everyMs = 250;
const purgeEveryMs = 1_000;
const batchSize = 500;

/**
 * Starts attempts whose time has come, and clears away what belonged to deleted subscriptions. The schedule is the `due_at` column and nothing else, so it survives restarts,
 * costs no memory however many deliveries wait, and any number of replicas share it.
 */
@Injectable()
export class DueScheduler implements OnApplicationBootstrap {
  private readonly runs = new Periodic({
    everyMs,
    work: (stopping) => this.run(stopping),
    onError: (err) => this.logger.warn({ err }, 'looking for due deliveries failed, will retry'),
  });
  private readonly purges = new Periodic({
    everyMs: purgeEveryMs,
    work: (stopping) => this.purge(stopping),
    onError: (err) => this.logger.warn({ err }, 'removing deleted webhooks failed, will retry'),
  });

  constructor(
    private readonly dataSource: DataSource,
    private readonly dispatcher: DeliveryDispatcher,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.runs.start();
    this.purges.start();
  }

  async stop(): Promise<void> {
    await Promise.all([this.runs.stop(), this.purges.stop()]);
  }

  private async run(stopping: () => boolean): Promise<void> {
    while (!stopping()) {
      const limit = Math.min(batchSize, this.dispatcher.room);
      if (limit === 0) return;
      const claimed = await inTransaction(this.dataSource, (sql) =>
        claimDue(sql, limit, this.dispatcher.full()),
      );
      this.dispatcher.dispatch(claimed);
      if (claimed.length < limit) return;
    }
  }

  private async purge(stopping: () => boolean): Promise<void> {
    while (!stopping() && (await inTransaction(this.dataSource, purgeDeleted)));
  }
}
