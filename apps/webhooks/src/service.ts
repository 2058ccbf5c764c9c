import { natsOf, type ServiceOptions } from '@qflow/service';
import { AppModule } from './app.module.js';
import { webhooksSchema, type WebhooksConfig } from './config.js';
import { migrations } from './migrations/index.js';

/** How webhooks is put together; shared by `main.ts` and the integration tests. */
export const webhooksService = (config: WebhooksConfig): ServiceOptions => ({
  platform: {
    name: 'webhooks',
    messaging: natsOf(config),
    database: {
      url: config.DATABASE_URL,
      schema: webhooksSchema,
      migrations,
      poolSize: config.DATABASE_POOL,
    },
    outbox: true,
  },
  http: config,
  module: AppModule.register(config),
});
