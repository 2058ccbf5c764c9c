import { createDataSource } from '@qflow/persistence';
import { databaseSettings, loadConfig } from '@qflow/service';
import { secretSettings, webhooksSchema } from '../config.js';
import { reencryptSecrets, type Reencryption } from './reencrypt-secrets.js';

/**
 * The re-encryption as a command of its own, with the settings of the service: `DATABASE_URL`, `WEBHOOK_SECRET_KEYS`.
 * @throws ConfigError, or the driver's error where the database is away
 */
export async function runReencryption(
  env: Readonly<Record<string, string | undefined>>,
): Promise<Reencryption> {
  const shape = { DATABASE_URL: databaseSettings.DATABASE_URL, ...secretSettings };
  const { DATABASE_URL: url, WEBHOOK_SECRET_KEYS: keys } = loadConfig(shape, env);
  const dataSource = createDataSource({ url, schema: webhooksSchema, migrations: [], poolSize: 1 });
  await dataSource.initialize();
  try {
    return await reencryptSecrets(dataSource, keys);
  } finally {
    await dataSource.destroy();
  }
}
