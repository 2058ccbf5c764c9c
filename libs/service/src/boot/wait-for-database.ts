import { createDataSource, pendingMigrations, type DatabaseOptions } from '@qflow/persistence';
import type { DataSource } from 'typeorm';
import { keepTrying, type Trying } from './keep-trying.js';

/** Connects as soon as PostgreSQL answers, and answers when the schema has all migrations of this code. */
export async function waitForDatabase(
  options: DatabaseOptions,
  waiting: Pick<Trying, 'say' | 'withinMs'>,
): Promise<DataSource> {
  const dataSource = createDataSource(options);
  await keepTrying(() => dataSource.initialize(), { ...waiting, what: 'PostgreSQL' });
  await keepTrying(
    async () => {
      const pending = await pendingMigrations(dataSource);
      if (pending.length > 0)
        throw new Error(
          `${pending.length} of its ${dataSource.migrations.length} migrations have not run; migrate.js runs them`,
        );
    },
    { ...waiting, what: `schema ${options.schema} of PostgreSQL` },
  );
  return dataSource;
}
