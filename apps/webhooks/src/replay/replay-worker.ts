import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Periodic, sqlOf } from '@qflow/persistence';
import { LOGGER } from '@qflow/service';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { inLogOrder } from '../log/in-log-order.js';
import { advanceReplay, type Step } from './advance-replay.js';

const everyMs = 500;

/**
 * Carries replays out, chunk by chunk and in turn. Where each has come to is in its row, so any replica goes on with any
 * of them, and none is taken by two at once.
 */
@Injectable()
export class ReplayWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly runs = new Periodic({
    everyMs,
    work: (stopping) => this.run(stopping),
    onError: (err) => this.logger.warn({ err }, 'looking for replays failed, will retry'),
  });

  constructor(
    private readonly dataSource: DataSource,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.runs.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.runs.stop();
  }

  private async run(stopping: () => boolean): Promise<void> {
    let running = await this.running();
    while (running.length > 0 && !stopping()) {
      const more: string[] = [];
      for (const id of running) if (!stopping() && (await this.step(id))) more.push(id);
      running = more;
    }
  }

  private async running(): Promise<string[]> {
    const rows = await sqlOf(this.dataSource)<{ id: string }>(
      `SELECT id FROM replays WHERE state = 'running' ORDER BY created_at`,
    );
    return rows.map(({ id }) => id);
  }

  /** One that cannot go on holds up no other. */
  private async step(id: string): Promise<boolean> {
    try {
      const step = await inLogOrder(this.dataSource, (sql) => advanceReplay(sql, id));
      this.report(id, step);
      return step.is === 'more';
    } catch (err) {
      this.logger.error({ err, replayId: id }, 'a replay could not go on, will retry');
      return false;
    }
  }

  private report(replayId: string, { is, deliveries }: Step): void {
    if (is === 'done') this.logger.info({ replayId, deliveries }, 'replay: all its deliveries are made');
    if (is === 'cancelled')
      this.logger.info({ replayId, deliveries }, 'replay cancelled: its webhook is disabled or deleted');
  }
}
