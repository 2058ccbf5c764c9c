import { Inject, Injectable } from '@nestjs/common';
import type { DeliveryStatus } from '@qflow/contracts';
import { hasTime, timeOfId } from '@qflow/persistence';
import { LOGGER, Metrics, StageTimes } from '@qflow/service';
import type { Logger } from 'pino';
import type { AttemptedEntry } from '../deliveries/record-attempts.js';

/** What an attempt can come to. */
const outcomes: readonly DeliveryStatus[] = ['delivered', 'retrying', 'failed', 'dead'];

type OfOutcome = ReturnType<ReturnType<Metrics['histogram']>['labels']>;

/**
 * Tells operators of every attempt: one observation, and a line in the log, which is `warn` for a failure and `debug` for
 * a success. Bodies and headers are in neither.
 */
@Injectable()
export class AttemptReport {
  private readonly seconds;
  /** To look their labels up once. */
  private readonly byOutcome = new Map<DeliveryStatus, OfOutcome>();

  constructor(
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: Metrics,
    private readonly stages: StageTimes,
  ) {
    this.seconds = metrics.histogram('qflow_webhook_seconds', 'Time of one attempt, by outcome.', [
      'outcome',
    ]);
    for (const outcome of outcomes) this.seconds.zero({ outcome });
  }

  /** To be called once it is recorded. */
  report(entry: AttemptedEntry): void {
    this.measure(entry);
    if (!entry.attempt.result.delivered) this.logger.warn(...lineOf(entry));
    // The log of deliveries tells of each of them, so operators need no line as well, which would cost as much as to sign.
    else if (this.logger.isLevelEnabled('debug')) this.logger.debug(...lineOf(entry));
  }

  /** What a receiver takes at once shows how long the way to it is; what it takes later shows how long it was away. */
  private measure({ delivery, verdict: { status }, attempt: { at, result } }: AttemptedEntry): void {
    this.secondsOf(status).observe(result.durationMs / 1000);
    const { origin, attempts, eventId } = delivery;
    if (result.delivered && origin === 'event' && attempts === 0 && hasTime(eventId))
      this.stages.took('event_to_webhook', timeOfId(eventId), at.getTime() + result.durationMs);
  }

  private secondsOf(outcome: DeliveryStatus): OfOutcome {
    let seconds = this.byOutcome.get(outcome);
    if (!seconds) this.byOutcome.set(outcome, (seconds = this.seconds.labels({ outcome })));
    return seconds;
  }
}

function lineOf({ delivery, verdict: { status, waitMs }, attempt: { result } }: AttemptedEntry) {
  const fields = {
    deliveryId: delivery.id,
    subscriptionId: delivery.subscriptionId,
    eventId: delivery.eventId,
    sendId: delivery.sendId,
    type: delivery.eventType,
    accountId: delivery.accountId,
    correlationId: delivery.correlationId,
    attempt: delivery.attempts + 1,
    outcome: status,
    statusCode: result.statusCode,
    durationMs: result.durationMs,
    ...(delivery.origin === 'event' ? {} : { origin: delivery.origin }),
    ...(waitMs !== null && { retryInMs: Math.round(waitMs) }),
    ...(result.error && { error: result.error }),
  };
  return [fields, result.delivered ? 'webhook delivered' : `webhook ${status}: ${result.error}`] as const;
}
