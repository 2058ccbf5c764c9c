import type { ConsumerInfo } from '@nats-io/jetstream';
import type { ConsumerName } from '@qflow/messaging';
import type { GaugeValues, Metrics } from './metrics.js';

/** Asked again at the earliest after this, ms, however often somebody scrapes. */
const freshForMs = 4_000;
/** A scrape waits so long for the answers, ms; what comes later is there for the next one. */
const patienceMs = 500;
/** Answers older than this are not shown any more, ms: no value says more than a wrong one. */
const shownForMs = 60_000;

type Counts = Pick<ConsumerInfo, 'num_pending' | 'num_ack_pending' | 'num_redelivered'>;

interface Answer {
  counts: Counts;
  at: number;
}

/**
 * How far the service's consumers are behind their streams, as JetStream counts it over all replicas. Asked only when
 * somebody scrapes: a scrape that NATS does not answer in time shows what was known before.
 */
export class ConsumerLag {
  private readonly answers = new Map<string, Answer>();
  private askedAt = -Infinity;
  private asking: Promise<void> | undefined;

  /**
   * @param consumers those of this service that are open
   * @param info asks JetStream; may reject, and bounds its own time
   */
  constructor(
    metrics: Metrics,
    private readonly consumers: () => readonly ConsumerName[],
    private readonly info: (consumer: ConsumerName) => Promise<Counts>,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.measure(
      metrics,
      'qflow_consumer_pending_messages',
      'Messages on the stream that the consumer has not been given yet.',
      ({ num_pending }) => num_pending,
    );
    this.measure(
      metrics,
      'qflow_consumer_ack_pending_messages',
      'Messages that were given to a replica and are not settled yet.',
      ({ num_ack_pending }) => num_ack_pending,
    );
    this.measure(
      metrics,
      'qflow_consumer_redelivered_messages',
      'Messages among the unsettled ones that were given out more than once.',
      ({ num_redelivered }) => num_redelivered,
    );
  }

  private measure(metrics: Metrics, name: string, help: string, value: (counts: Counts) => number): void {
    metrics.gauges(name, help, ['consumer'], async (): Promise<GaugeValues<'consumer'>> => {
      await this.refresh();
      const oldest = this.now() - shownForMs;
      return [...this.answers]
        .filter(([, { at }]) => at >= oldest)
        .map(([consumer, { counts }]) => [{ consumer }, value(counts)] as const);
    });
  }

  private async refresh(): Promise<void> {
    if (!this.asking && this.now() - this.askedAt >= freshForMs) {
      this.askedAt = this.now();
      this.asking = this.ask().finally(() => (this.asking = undefined));
    }
    if (this.asking) await within(patienceMs, this.asking);
  }

  private async ask(): Promise<void> {
    await Promise.all(
      this.consumers().map(async (consumer) => {
        try {
          this.answers.set(consumer.durable, { counts: await this.info(consumer), at: this.now() });
        } catch {
          // NATS is away, which has a metric of its own.
        }
      }),
    );
  }
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([work, patience]);
  clearTimeout(timer);
}
