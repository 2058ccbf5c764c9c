import { natsOf, type ServiceOptions } from '@qflow/service';
import { AppModule } from './app.module.js';
import { gatewaySchema, type GatewayConfig } from './config.js';
import { configureHttp } from './configure-http.js';
import { migrations } from './migrations/index.js';
import { originForm } from './problem/origin-form.js';
import { refuseUnparsed } from './problem/refuse-unparsed.js';
import { refuseUrl } from './problem/refuse-url.js';

/** From the first byte of a request to its last: slower callers only hold connections. */
const requestTimeoutMs = 60_000;

/** How the gateway is put together; shared by `main.ts` and the integration tests. */
export const gatewayService = (config: GatewayConfig): ServiceOptions => ({
  platform: {
    name: 'gateway',
    messaging: natsOf(config),
    database: { url: config.DATABASE_URL, schema: gatewaySchema, migrations, poolSize: config.DATABASE_POOL },
    outbox: true,
  },
  http: config,
  module: AppModule.register(config),
  bodyLimit: config.BODY_LIMIT_KB * 1024,
  refuseUrl: refuseUrl(config.CORS_ORIGINS),
  server: {
    clientErrorHandler: refuseUnparsed,
    rewriteUrl: originForm,
    requestTimeout: requestTimeoutMs,
    trustProxy: config.TRUSTED_PROXIES.length > 0 && config.TRUSTED_PROXIES,
    // Answered by `refuseEarly`, in the form of all errors.
    http: { requireHostHeader: false },
  },
  configure: configureHttp,
});
