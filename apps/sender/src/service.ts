import { natsOf, type ServiceOptions } from '@qflow/service';
import { AppModule } from './app.module.js';
import { senderSchema, type SenderConfig } from './config.js';
import { migrations } from './migrations/index.js';

/** How the sender is put together; shared by `main.ts` and the integration tests. */
export const senderService = (config: SenderConfig): ServiceOptions => ({
  platform: {
    name: 'sender',
    messaging: natsOf(config),
    database: { url: config.DATABASE_URL, schema: senderSchema, migrations, poolSize: config.DATABASE_POOL },
    outbox: true,
  },
  http: config,
  module: AppModule.register(config),
});
