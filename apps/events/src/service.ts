import { natsOf, type ServiceOptions } from '@qflow/service';
import { AppModule } from './app.module.js';
import type { EventsConfig } from './config.js';
import { guardPosts } from './ingest/guard-posts.js';
import { keepBodiesRaw } from './ingest/keep-bodies-raw.js';
import { maxPostBytes } from './ingest/post-size.js';

/** How often connections are looked over for requests that take too long. */
const connectionsCheckingInterval = 1_000;

/**
 * A request that is not complete in time is cut off. Node takes the larger one of its two limits for the whole request,
 * whichever is called what, so that for the headers has to be set as well.
 */
const timeouts = (requestTimeout: number): ServiceOptions['server'] => ({
  requestTimeout,
  http: { headersTimeout: requestTimeout, connectionsCheckingInterval },
});

/** How the events service is put together; shared by `main.ts` and the integration tests. */
export const eventsService = (config: EventsConfig): ServiceOptions => ({
  platform: {
    name: 'events',
    messaging: natsOf(config),
  },
  http: config,
  module: AppModule.register(config),
  bodyLimit: maxPostBytes,
  server: timeouts(config.REQUEST_TIMEOUT_SECONDS * 1000),
  configure: (app) => {
    keepBodiesRaw(app);
    guardPosts(app);
  },
});
