import { Controller } from '@nestjs/common';
import { commsEventV1, type CommsEventV1 } from '@qflow/contracts';
import { Consume, dead, done, retry, type Incoming, type LaterOutcome, type Outcome } from '@qflow/messaging';
import { isDependencyDown } from '@qflow/persistence';
import { Partitions } from '../maintenance/partitions.js';
import { FirstAttempts } from './first-attempts.js';

/** Deliveries by the stream after which an event whose deliveries cannot be written is dead. */
const maxTries = 5;
const retryMs = 1_000;

/** Takes customer events from the stream. */
@Controller()
export class EventsController {
  constructor(
    private readonly partitions: Partitions,
    private readonly attempts: FirstAttempts,
  ) {}

  /**
   * Done, event by event, once its deliveries are in the log; at the latest when its receivers have taken 200 ms, unless
   * the database is away: what was attempted is kept here until it is back.
   */
  @Consume(commsEventV1, {
    durable: 'webhooks-events',
    // What arrives while the subscriptions of a batch are read is the next batch: two at once were two small ones.
    concurrency: 1,
    gatherMs: 6,
    ackWaitMs: 30_000,
    maxAckPending: 4_096,
  })
  async handle(batch: Incoming<CommsEventV1>[]): Promise<LaterOutcome[]> {
    const ready = await this.partitions.ready();
    if (!ready) return batch.map(() => retry(retryMs, 'the log has no place for today yet'));
    const awaited = await this.attempts.begin(batch.map(({ message }) => message));
    return batch.map(({ delivery }, index) => {
      const durable = awaited[index];
      return durable
        ? durable.then(
            () => done,
            (error: unknown) => outcomeOf(error, delivery),
          )
        : done;
    });
  }
}

/** Receivers may have had it already, so one that can never be written must not come again and again. */
function outcomeOf(error: unknown, delivery: number): Outcome {
  if (isDependencyDown(error)) throw error;
  const reason = error instanceof Error ? error.message : String(error);
  return delivery < maxTries
    ? retry(retryMs, 'its deliveries could not be written')
    : dead(`its deliveries could not be written: ${reason}`);
}
