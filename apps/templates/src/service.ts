import { natsOf, type ServiceOptions } from '@qflow/service';
import { AppModule } from './app.module.js';
import { templatesSchema, type TemplatesConfig } from './config.js';
import { migrations } from './migrations/index.js';

/** How the templates service is put together; shared by `main.ts` and the integration tests. */
export const templatesService = (config: TemplatesConfig): ServiceOptions => ({
  platform: {
    name: 'templates',
    messaging: natsOf(config),
    database: {
      url: config.DATABASE_URL,
      schema: templatesSchema,
      migrations,
      poolSize: config.DATABASE_POOL,
    },
  },
  http: config,
  module: AppModule.register(config),
});
