import { Global, Module, type DynamicModule } from '@nestjs/common';
import { CommsModule } from './comms/comms.module.js';
import { GATEWAY_CONFIG, type GatewayConfig } from './config.js';
import { DirectoryModule } from './directory/directory.module.js';
import { IdentityModule } from './identity/identity.module.js';
import { LinksModule } from './links/links.module.js';
import { ProblemModule } from './problem/problem.module.js';
import { ValidationModule } from './validation/validation.module.js';

/** Global only for its configuration, which every feature may ask for. */
@Global()
@Module({})
export class AppModule {
  static register(config: GatewayConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [ProblemModule, ValidationModule, IdentityModule, DirectoryModule, CommsModule, LinksModule],
      providers: [{ provide: GATEWAY_CONFIG, useValue: config }],
      exports: [GATEWAY_CONFIG],
    };
  }
}
