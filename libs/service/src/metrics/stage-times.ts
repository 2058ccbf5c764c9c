import { Inject, Injectable } from '@nestjs/common';
import { Metrics } from './metrics.js';

/**
 * The stages of a send's way that cross services. Together they answer "where does the time go?".
 * - `accept_to_handover`: from its request at the edge to the provider's "accepted", retries and pauses included.
 * - `provider_to_report`: from what happened, by the provider's clock, to its report's arrival here.
 * - `report_to_state`: from a report's arrival to the commit of what follows from it.
 * - `event_to_webhook`: from a customer event to its receiver's 2xx, where its first attempt was taken.
 */
export type Stage = 'accept_to_handover' | 'provider_to_report' | 'report_to_state' | 'event_to_webhook';

/** Seconds: from a pipeline that is idle to a provider that was down for a day. */
const stageBuckets = [
  0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600, 14_400, 86_400,
];

/** How long the stages take. Both ends are read from clocks of different machines: good to some milliseconds. */
@Injectable()
export class StageTimes {
  private readonly seconds;

  constructor(@Inject(Metrics) metrics: Metrics) {
    this.seconds = metrics.histogram(
      'qflow_stage_seconds',
      'Time that a send, a report or an event takes for a stage of its way through the services.',
      ['stage'],
      stageBuckets,
    );
  }

  /** @param since ms since the epoch; a clock that is ahead of ours counts as now, and what is no time for nothing */
  took(stage: Stage, since: number, now = Date.now()): void {
    if (Number.isFinite(now - since)) this.seconds.observe({ stage }, Math.max(0, now - since) / 1000);
  }
}
