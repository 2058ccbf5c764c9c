import { runService } from '@qflow/service';
import { loadTemplatesConfig } from './config.js';
import { templatesService } from './service.js';

await runService(() => templatesService(loadTemplatesConfig()));
