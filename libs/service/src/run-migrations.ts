import { createDataSource, migrate, type DatabaseOptions } from '@qflow/persistence';
import { keepTrying } from './boot/keep-trying.js';
import { runToTheEnd } from './boot/run-to-the-end.js';

/**
 * The body of the `migrate.js` of a service with a schema: waits for PostgreSQL, brings the schema up to date, says what
 * it did, exits. Any number of them may run at once.
 */
export const runMigrations = (prepare: () => DatabaseOptions): Promise<void> =>
  runToTheEnd(async (waiting) => {
    const options = prepare();
    const dataSource = createDataSource({ ...options, poolSize: 2, statementTimeoutMs: 0 });
    await keepTrying(() => dataSource.initialize(), { ...waiting, what: 'PostgreSQL' });
    const ran = await migrate(dataSource);
    await dataSource.destroy();
    return `schema ${options.schema} is up to date${ran.length > 0 ? `, ran ${ran.join(', ')}` : ''}`;
  });
