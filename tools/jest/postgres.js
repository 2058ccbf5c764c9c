/**
 * One real PostgreSQL for the integration specs of a project; every spec file gets a database of its own in it
 * (see libs/testing). Its data may be lost, so it does not wait for the disk.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startPostgres } from '@qflow/local-stack';

export default async function setup() {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'qflow-test-postgres-'));
  const server = await startPostgres({ dataDir, settings: { fsync: 'off', full_page_writes: 'off' } });
  process.env.TEST_DATABASE_URL = server.url;
  globalThis.stopTestPostgres = async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}
