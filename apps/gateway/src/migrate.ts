import { databaseSettings, loadConfig, runMigrations } from '@qflow/service';
import { gatewaySchema } from './config.js';
import { migrations } from './migrations/index.js';

await runMigrations(() => ({
  url: loadConfig(databaseSettings).DATABASE_URL,
  schema: gatewaySchema,
  migrations,
}));
