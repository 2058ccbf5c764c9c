import { databaseSettings, loadConfig, runMigrations } from '@qflow/service';
import { templatesSchema } from './config.js';
import { migrations } from './migrations/index.js';

await runMigrations(() => ({
  url: loadConfig(databaseSettings).DATABASE_URL,
  schema: templatesSchema,
  migrations,
}));
