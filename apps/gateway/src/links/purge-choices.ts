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

/** Far longer than a choice is on its way: by then the sender has it, and the page goes by what the sender says. */
const keptDays = 30;
const chunk = 2_000;
const purgeEveryMs = 600_000;

/**
 * Removes choices whose time is over, piece by piece. What they brought about stays.
 * @returns whether there may be more to remove
 */
export async function purgeChoices(sql: Sql): Promise<boolean> {
  const removed = await sql(
    `DELETE FROM recipient_choices WHERE (account_id, send_id) IN (
       SELECT account_id, send_id FROM recipient_choices WHERE at < now() - interval '${keptDays} days'
        LIMIT ${chunk} FOR UPDATE SKIP LOCKED)
     RETURNING send_id`,
  );
  return removed.length > 0;
}

/** Does so for as long as the service lives. */
@Injectable()
export class ChoicePurge implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly purges: Periodic;

  constructor(@Inject(DataSource) dataSource: DataSource, @Inject(LOGGER) logger: Logger) {
    const sql = sqlOf(dataSource);
    this.purges = new Periodic({
      everyMs: purgeEveryMs,
      work: async (stopping) => {
        while (!stopping() && (await purgeChoices(sql)));
      },
      onError: (err) => logger.warn({ err }, 'removing old choices of recipients failed, will retry'),
    });
  }

  onApplicationBootstrap(): void {
    this.purges.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.purges.stop();
  }
}
