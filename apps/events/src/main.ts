import { runService } from '@qflow/service';
import { loadEventsConfig } from './config.js';
import { eventsService } from './service.js';

await runService(() => eventsService(loadEventsConfig()));
