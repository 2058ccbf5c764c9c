import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Periodic, sqlOf, type Sql } from '@qflow/persistence';
import { LOGGER } from '@qflow/service';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';

/** Longer than the stream keeps the events they tell of: a notice that is removed cannot come back. */
const keptDays = 90;
const chunk = 2_000;
const purgeEveryMs = 600_000;

/**
 * Removes notices whose time is over, piece by piece.
 * @returns whether there may be more to remove
 */
export async function purgeNotices(sql: Sql): Promise<boolean> {
  const removed = await sql(
    `DELETE FROM notices WHERE (account_id, id) IN (
       SELECT account_id, id FROM notices WHERE created_at < now() - interval '${keptDays} days'
        LIMIT ${chunk} FOR UPDATE SKIP LOCKED)
     RETURNING id`,
  );
  return removed.length > 0;
}

/** Does so for as long as the service lives. */
@Injectable()
export class NoticePurge implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly purges: Periodic;

  constructor(@Inject(DataSource) dataSource: DataSource, @Inject(LOGGER) logger: Logger) {
    const sql = sqlOf(dataSource);
    this.purges = new Periodic({
      everyMs: purgeEveryMs,
      work: async (stopping) => {
        while (!stopping() && (await purgeNotices(sql)));
      },
      onError: (err) => logger.warn({ err }, 'removing old notices failed, will retry'),
    });
  }

  onApplicationBootstrap(): void {
    this.purges.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.purges.stop();
  }
}
