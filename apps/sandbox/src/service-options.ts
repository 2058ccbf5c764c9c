import type { ServiceOptions } from '@qflow/service';
import { guardApi } from './api/api-gate.js';
import { AppModule } from './app.module.js';
import type { SandboxConfig } from './config.js';
import { serveMailSend } from './mail-send/serve-mail-send.js';

/** The sandbox as `runService` starts it. */
export function sandboxService(config: SandboxConfig): ServiceOptions {
  return {
    platform: { name: 'sandbox' },
    http: config,
    module: AppModule.register(config),
    bodyLimit: config.SANDBOX_BODY_LIMIT_MB * 1024 * 1024,
    configure: (app) => {
      const rules = { apiKey: config.SANDBOX_API_KEY, rateLimit: config.SANDBOX_RATE_LIMIT };
      guardApi(app.getHttpAdapter().getInstance(), rules);
      serveMailSend(app);
    },
  };
}
