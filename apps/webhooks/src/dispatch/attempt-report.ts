import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, Metrics } from '@qflow/service';
import type { Logger } from 'pino';
import type { AttemptedEntry } from '../deliveries/record-attempts.js';

/** Tells operators of every attempt: one line in the log and one observation. Bodies and headers are in neither. */
@Injectable()
export class AttemptReport {
  private readonly seconds;

  constructor(
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.seconds = metrics.histogram('qflow_webhook_seconds', 'Time of one attempt, by outcome.', [
      'outcome',
    ]);
  }

  /** To be called once it is recorded. */
  report({ delivery, verdict: { status, waitMs }, attempt: { result } }: AttemptedEntry): void {
    this.seconds.observe({ outcome: status }, result.durationMs / 1000);
    this.logger[result.delivered ? 'info' : 'warn'](
      {
        deliveryId: delivery.id,
        subscriptionId: delivery.subscriptionId,
        eventId: delivery.eventId,
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
}
