import { loadConfig, natsOf, runStreams } from '@qflow/service';
import { streamSettings } from './config.js';

/** Events has no schema, but what the services need of NATS before they run. */
await runStreams(() => {
  const config = loadConfig(streamSettings);
  return { ...natsOf(config), replicas: config.NATS_REPLICAS };
});
