import { afterAll, beforeAll } from '@jest/globals';
import { createDataSource } from '@qflow/persistence';
import { testDatabase, type TestDatabase } from '@qflow/testing';
import type { DataSource } from 'typeorm';
import { senderSchema } from '../src/config.js';
import { migrations } from '../src/migrations/index.js';

/**
 * The sender's tables in a database of this spec's own, with nobody else at them; dropped when the spec is over.
 * @param use is given the way to them before the first test
 */
export function senderTables(use: (dataSource: DataSource) => void, poolSize = 4): void {
  let database: TestDatabase;
  let dataSource: DataSource;
  beforeAll(async () => {
    const schema = { schema: senderSchema, migrations };
    database = await testDatabase([schema]);
    dataSource = await createDataSource({ url: database.url, ...schema, poolSize }).initialize();
    use(dataSource);
  });
  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });
}
