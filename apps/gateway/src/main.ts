import { runService } from '@qflow/service';
import { loadGatewayConfig } from './config.js';
import { gatewayService } from './service.js';

await runService(() => gatewayService(loadGatewayConfig()));
