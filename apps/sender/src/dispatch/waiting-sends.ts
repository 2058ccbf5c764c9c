import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { SendState } from '@qflow/contracts';
import { Periodic, sqlOf } from '@qflow/persistence';
import { LOGGER, Metrics } from '@qflow/service';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';

const everyMs = 15_000;
/** More are not counted: a number for a graph must not cost a scan of everything that waits. */
const maxCounted = 10_000;

/** The states in which a send's row is looked at again. */
const states = ['queued', 'sending', 'unknown'] as const satisfies readonly SendState[];
type Waiting = (typeof states)[number];

interface Count {
  sends: number;
  oldestSeconds: number;
}

const none: Count = { sends: 0, oldestSeconds: 0 };

/**
 * Shows operators the sends that the table, and not the stream, answers for: how many of them wait, and for how long. All
 * replicas show the same, because they look at the same table.
 */
@Injectable()
export class WaitingSends implements OnApplicationBootstrap {
  private counts: ReadonlyMap<Waiting, Count> = new Map();
  private readonly looks = new Periodic({
    everyMs,
    work: () => this.look(),
    onError: (err) => this.logger.warn({ err }, 'counting the sends that wait failed, will retry'),
  });

  constructor(
    private readonly dataSource: DataSource,
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: Metrics,
  ) {
    metrics.gauges(
      'qflow_sends_waiting',
      `Sends in the table that are not handed over yet, by state, over all replicas; ${maxCounted} at the most.`,
      ['state'],
      () => states.map((state) => [{ state }, this.of(state).sends] as const),
    );
    metrics.gauges(
      'qflow_sends_waiting_age_seconds',
      'How long ago the oldest of them was asked for, by state.',
      ['state'],
      () => states.map((state) => [{ state }, this.of(state).oldestSeconds] as const),
    );
  }

  onApplicationBootstrap(): void {
    this.looks.start();
  }

  /** Waits for the look in hand. */
  stop(): Promise<void> {
    return this.looks.stop();
  }

  private of(state: Waiting): Count {
    return this.counts.get(state) ?? none;
  }

  private async look(): Promise<void> {
    const rows = await sqlOf(this.dataSource)<{ state: Waiting } & Count>(
      `SELECT state, count(*)::int AS sends, extract(epoch FROM now() - min(created_at))::float8 AS "oldestSeconds"
         FROM (SELECT send_id FROM open_sends WHERE due_at IS NOT NULL ORDER BY due_at LIMIT ${maxCounted}) AS waiting
        -- One by one, as all that is due (sends/due-sends.ts).
        CROSS JOIN LATERAL (SELECT state, created_at FROM sends WHERE id = send_id LIMIT 1) AS send
        GROUP BY state`,
    );
    this.counts = new Map(rows.map(({ state, ...count }) => [state, count]));
  }
}
