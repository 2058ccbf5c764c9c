import { runService } from '@qflow/service';
import { loadWebhooksConfig } from './config.js';
import { webhooksService } from './service.js';

await runService(() => webhooksService(loadWebhooksConfig()));
