import type { DatabaseOptions } from '@qflow/persistence';
import { testDatabase } from './database.js';
import { TestMessages } from './messages.js';
import { testNats, type TestNats } from './nats.js';

export interface TestPlatform {
  databaseUrl: string;
  nats: TestNats;
  messages: TestMessages;
  /** The environment of a service that is to run on this platform. */
  env: Record<string, string>;
  /** Stops it all; throws where the code under test has leaked a database connection. */
  stop(): Promise<void>;
}

/** Real PostgreSQL and real NATS for one spec file, with the schemas of the given services. */
export async function testPlatform(
  ...schemas: readonly Pick<DatabaseOptions, 'schema' | 'migrations'>[]
): Promise<TestPlatform> {
  const [database, nats] = await Promise.all([testDatabase(schemas), testNats()]);
  const messages = await TestMessages.connect(nats.url).catch(async (error: unknown) => {
    await nats.stop();
    throw error;
  });
  return {
    databaseUrl: database.url,
    nats,
    messages,
    env: { DATABASE_URL: database.url, NATS_URL: nats.url, HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'fatal' },
    async stop() {
      await messages.close();
      await nats.stop();
      await database.drop();
    },
  };
}
