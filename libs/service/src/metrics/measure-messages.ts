import type { JetStreamClient } from '@nats-io/jetstream';
import { deadLetterOrigins, deadLetterSubject } from '@qflow/contracts';
import { outcomeNames, type JetStreamServer, type JetStreamServerOptions } from '@qflow/messaging';
import { ConsumerLag } from './consumer-lag.js';
import type { Metrics } from './metrics.js';

/** Seconds: from a consumer that keeps up to one that was away for a night. */
const waitBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 1_800, 7_200, 43_200];

type Hooks = Required<Pick<JetStreamServerOptions, 'onOpened' | 'onTaken' | 'onSettled'>>;

/** What the transport has to tell so that operators see how consumers do. */
export function messageHooks(metrics: Metrics): Hooks {
  const settled = metrics.counter('qflow_messages_total', 'Messages settled, by consumer and outcome.', [
    'consumer',
    'outcome',
  ]);
  const waited = metrics.histogram(
    'qflow_consumer_wait_seconds',
    'Time that a message lay on its stream before it was handled for the first time.',
    ['consumer'],
    waitBuckets,
  );
  return {
    onOpened: (consumer) => {
      waited.zero({ consumer });
      for (const outcome of outcomeNames) settled.inc({ consumer, outcome }, 0);
    },
    onTaken: (consumer, waitMs) => waited.observe({ consumer }, waitMs / 1000),
    onSettled: (consumer, outcome, count) => settled.inc({ consumer, outcome }, count),
  };
}

/** Counts what reaches the DEAD stream: every letter goes through the publisher, whoever wrote it. */
export function deadLetterCount(metrics: Metrics): (subject: string) => void {
  const letters = metrics.counterFrom0(
    'qflow_dead_letters_total',
    'Messages that this service has put on the DEAD stream, by where they come from.',
    ['origin'],
    deadLetterOrigins.map((origin) => ({ origin })),
  );
  const origins = new Map(deadLetterOrigins.map((origin) => [deadLetterSubject(origin), origin]));
  return (subject) => {
    const origin = origins.get(subject);
    if (origin) letters.inc({ origin });
  };
}

/** Shows the lag of all consumers that the transport has opened. */
export function measureLag(metrics: Metrics, server: JetStreamServer, client: JetStreamClient): ConsumerLag {
  return new ConsumerLag(
    metrics,
    () => server.open,
    async ({ stream, durable }) => {
      const { consumers } = await client.jetstreamManager(false);
      return consumers.info(stream, durable);
    },
  );
}
