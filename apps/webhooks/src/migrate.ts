import { databaseSettings, loadConfig, runMigrations } from '@qflow/service';
import { webhooksSchema } from './config.js';
import { migrations } from './migrations/index.js';

await runMigrations(() => ({
  url: loadConfig(databaseSettings).DATABASE_URL,
  schema: webhooksSchema,
  migrations,
}));
