import { runService } from '@qflow/service';
import { loadSenderConfig } from './config.js';
import { senderService } from './service.js';

await runService(() => senderService(loadSenderConfig()));
