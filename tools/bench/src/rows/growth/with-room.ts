import type pg from 'pg';
import type { BenchStack } from '../../stack/bench-stack.js';

/** What filling tables asks of PostgreSQL, where its own settings take twice as long: indexes that fit. */
const settings = {
  shared_buffers: '2GB',
  max_wal_size: '8GB',
  checkpoint_timeout: '1h',
  full_page_writes: 'off',
  autovacuum: 'off',
};

/** Gives PostgreSQL room while the work lasts; afterwards it runs with its own settings again, everything on disk. */
export async function withRoom<Result>(
  stack: BenchStack,
  database: pg.Pool,
  work: () => Promise<Result>,
): Promise<Result> {
  for (const [name, value] of Object.entries(settings))
    await database.query(`ALTER SYSTEM SET ${name} = '${value}'`);
  await stack.restart('postgres', 'SIGINT');
  const result = await work();
  await database.query('ALTER SYSTEM RESET ALL');
  await stack.restart('postgres', 'SIGINT');
  return result;
}
