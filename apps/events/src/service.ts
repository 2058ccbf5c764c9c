import type { ServiceOptions } from '@qflow/service';
import { AppModule } from './app.module.js';
import type { EventsConfig } from './config.js';
import { keepBodiesRaw } from './ingest/keep-bodies-raw.js';

/** SendGrid posts at most 768 KB (Twilio docs, "Event Webhook Reference"); the rest is room to spare. */
const bodyLimit = 1024 * 1024;

/** How the events service is put together; shared by `main.ts` and the integration tests. */
export const eventsService = (config: EventsConfig): ServiceOptions => ({
  platform: {
    name: 'events',
    messaging: { url: config.NATS_URL, replicas: config.NATS_REPLICAS },
  },
  http: config,
  module: AppModule.register(config),
  bodyLimit,
  configure: keepBodiesRaw,
});
