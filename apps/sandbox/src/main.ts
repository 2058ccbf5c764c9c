import 'reflect-metadata';
import { loadConfig, runService } from '@qflow/service';
import { settings } from './config.js';
import { sandboxService } from './service-options.js';

await runService(() => sandboxService(loadConfig(settings)));
