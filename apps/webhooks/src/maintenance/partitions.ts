import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { createDayPartitions, dropOldPartitions, inTransaction, Periodic } from '@qflow/persistence';
import { LOGGER } from '@qflow/service';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { logTables } from '../deliveries/log-tables.js';

const everyMs = 60 * 60 * 1000;
/** Both need a lock on the whole table; deliveries wait behind whoever waits for it, so nobody waits for it long. */
const lockTimeoutMs = 1_000;

/** Makes the days of the log ahead of time and drops those that are past theirs. Replicas may do so at once. */
@Injectable()
export class Partitions implements OnApplicationBootstrap {
  private first: Promise<boolean> | undefined;
  private readonly runs = new Periodic({
    everyMs,
    work: () => this.run(),
    onError: (err) => this.logger.warn({ err }, 'making or dropping days of the log failed, will retry'),
  });

  constructor(
    private readonly dataSource: DataSource,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.runs.start();
  }

  /** Whether there is a place for today's deliveries: a service that was down for days has none to begin with. */
  ready(): Promise<boolean> {
    this.first ??= this.run().then(
      () => true,
      (err: unknown) => {
        this.first = undefined;
        this.logger.warn({ err }, 'the log has no place for new deliveries yet, will retry');
        return false;
      },
    );
    return this.first;
  }

  stop(): Promise<void> {
    return this.runs.stop();
  }

  private async run(): Promise<void> {
    for (const table of logTables)
      await inTransaction(this.dataSource, async (sql) => {
        await sql(`SET LOCAL lock_timeout = ${lockTimeoutMs}`);
        await createDayPartitions(sql, table);
        const dropped = await dropOldPartitions(sql, table);
        if (dropped.length > 0)
          this.logger.info({ dropped }, 'days past their time were dropped from the log');
      });
  }
}
