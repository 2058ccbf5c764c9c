import type { Metrics } from './metrics.js';

/** What of a NATS connection matters here. */
interface Connection {
  status(): AsyncIterable<{ type: string }>;
}

/** Shows whether NATS is connected, and how often it had to be connected again. Lives as long as the connection. */
export async function measureNats(metrics: Metrics, connection: Connection): Promise<void> {
  let connected = true;
  metrics.gauge('qflow_nats_connected', '1 while NATS is connected.', () => (connected ? 1 : 0));
  const reconnects = metrics.counter(
    'qflow_nats_reconnects_total',
    'Times that the connection to NATS was lost and made again.',
  );
  for await (const { type } of connection.status())
    if (type === 'disconnect' || type === 'close') connected = false;
    else if (type === 'reconnect') {
      connected = true;
      reconnects.inc();
    }
}
