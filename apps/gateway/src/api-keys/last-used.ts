import { Inject, Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Periodic, sqlOf } from '@qflow/persistence';
import { LOGGER } from '@qflow/service';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';

const everyMs = 60_000;

export type KeyTable = 'api_keys' | 'operator_keys';

/** When keys were last used: gathered here and written once a minute, because a write per request would cost more than the request. */
@Injectable()
export class LastUsed implements OnModuleInit, BeforeApplicationShutdown {
  private readonly used: Readonly<Record<KeyTable, Map<string, Date>>> = {
    api_keys: new Map(),
    operator_keys: new Map(),
  };
  private readonly writes: Periodic;

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.writes = new Periodic({
      everyMs,
      work: () => this.flush(),
      onError: (err) => logger.warn({ err }, 'noting when keys were last used failed, will retry'),
    });
  }

  onModuleInit(): void {
    this.writes.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.writes.stop();
    // What is not written is a time in a list, and no reason to fail a shutdown.
    await this.flush().catch(() => undefined);
  }

  touch(table: KeyTable, keyId: string): void {
    this.used[table].set(keyId, new Date());
  }

  /** Writes what was gathered; what could not be written is kept for the next time. */
  async flush(): Promise<void> {
    await this.write('api_keys');
    await this.write('operator_keys');
  }

  private async write(table: KeyTable): Promise<void> {
    const used = this.used[table];
    // Always in one order, so that replicas do not wait for each other in a circle.
    const entries = [...used].sort(([one], [other]) => (one < other ? -1 : 1));
    if (entries.length === 0) return;
    await sqlOf(this.dataSource)(
      `UPDATE ${table} k SET last_used_at = GREATEST(k.last_used_at, used.at)
         FROM unnest($1::uuid[], $2::timestamptz[]) AS used (id, at) WHERE k.id = used.id`,
      [entries.map(([id]) => id), entries.map(([, at]) => at)],
    );
    for (const [id, at] of entries) if (used.get(id) === at) used.delete(id);
  }
}
