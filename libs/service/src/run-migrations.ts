import { migrate, createDataSource, type DatabaseOptions } from '@qflow/persistence';
import { ConfigError } from './config/load-config.js';

/** The body of every service's `migrate.js`: brings its schema up to date, says what it did, exits. */
export async function runMigrations(prepare: () => DatabaseOptions): Promise<void> {
  try {
    const options = prepare();
    const dataSource = createDataSource({ ...options, poolSize: 2, statementTimeoutMs: 0 });
    const ran = await migrate(dataSource);
    await dataSource.destroy();
    process.stdout.write(
      `schema ${options.schema} is up to date${ran.length > 0 ? `, ran ${ran.join(', ')}` : ''}\n`,
    );
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(error instanceof ConfigError ? 78 : 1);
  }
}
