import { Inject, Injectable } from '@nestjs/common';
import type { DeliveryStatus } from '@qflow/contracts';
import { hasTime, timeOfId } from '@qflow/persistence';
import { LOGGER, Metrics, StageTimes } from '@qflow/service';
import type { Logger } from 'pino';
import type { AttemptedEntry } from '../deliveries/record-attempts.js';

/** What an attempt can come to. */
const outcomes: readonly DeliveryStatus[] = ['delivered', 'retrying', 'failed', 'dead'];

/** Tells operators of every attempt: one line in the log and one observation. Bodies and headers are in neither. */
@Injectable()
export class AttemptReport {
  private readonly seconds;

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
    const {
      delivery,
      verdict: { status, waitMs },
      attempt: { result },
    } = entry;
    this.measure(entry);
    this.logger[result.delivered ? 'info' : 'warn'](
      {
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
      },
      result.delivered ? 'webhook delivered' : `webhook ${status}: ${result.error}`,
    );
  }

  /** What a receiver takes at once shows how long the way to it is; what it takes later shows how long it was away. */
  private measure({ delivery, verdict: { status }, attempt: { at, result } }: AttemptedEntry): void {
    this.seconds.observe({ outcome: status }, result.durationMs / 1000);
    const { origin, attempts, eventId } = delivery;
    if (result.delivered && origin === 'event' && attempts === 0 && hasTime(eventId))
      this.stages.took('event_to_webhook', timeOfId(eventId), at.getTime() + result.durationMs);
  }
}
