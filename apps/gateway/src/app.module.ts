import { Global, Module, type DynamicModule } from '@nestjs/common';
import { AdminApiModule } from './admin-api/admin-api.module.js';
import { ApiKeysModule } from './api-keys/api-keys.module.js';
import { CommsModule } from './comms/comms.module.js';
import { GATEWAY_CONFIG, type GatewayConfig } from './config.js';
import { DirectoryModule } from './directory/directory.module.js';
import { IdentityModule } from './identity/identity.module.js';
import { IdempotencyModule } from './idempotency/idempotency.module.js';
import { LimitsModule } from './limits/limits.module.js';
import { LinksModule } from './links/links.module.js';
import { NoticesModule } from './notices/notices.module.js';
import { ProblemModule } from './problem/problem.module.js';
import { ValidationModule } from './validation/validation.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';

/** Global only for its configuration, which every feature may ask for. */
@Global()
@Module({})
export class AppModule {
  static register(config: GatewayConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ProblemModule,
        ValidationModule,
        LimitsModule,
        IdempotencyModule,
        IdentityModule,
        ApiKeysModule,
        AdminApiModule,
        DirectoryModule,
        CommsModule,
        WebhooksModule,
        NoticesModule,
        LinksModule,
      ],
      providers: [{ provide: GATEWAY_CONFIG, useValue: config }],
      exports: [GATEWAY_CONFIG],
    };
  }
}
