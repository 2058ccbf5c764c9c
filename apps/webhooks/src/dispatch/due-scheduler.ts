import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { inTransaction } from '@qflow/persistence';
import { LOGGER } from '@qflow/service';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { claimDue } from '../deliveries/claim-due.js';
import { DeliveryDispatcher } from './delivery-dispatcher.js';

const everyMs = 250;
const batchSize = 500;

/**
 * Starts attempts whose time has come. The schedule is the `due_at` column and nothing else, so it survives restarts,
 * costs no memory however many deliveries wait, and any number of replicas share it.
 */
@Injectable()
export class DueScheduler implements OnApplicationBootstrap {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private stopping = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly dispatcher: DeliveryDispatcher,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.running ??= this.run().finally(() => (this.running = undefined));
    }, everyMs);
  }

  async stop(): Promise<void> {
    this.stopping = true;
    clearInterval(this.timer);
    await this.running;
  }

  private async run(): Promise<void> {
    try {
      while (!this.stopping) {
        const limit = Math.min(batchSize, this.dispatcher.room);
        if (limit === 0) return;
        const claimed = await inTransaction(this.dataSource, (sql) =>
          claimDue(sql, limit, this.dispatcher.full()),
        );
        this.dispatcher.dispatch(claimed);
        if (claimed.length < limit) return;
      }
    } catch (err) {
      this.logger.warn({ err }, 'looking for due deliveries failed, will retry');
    }
  }
}
