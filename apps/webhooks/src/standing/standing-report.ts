import { Inject, Injectable } from '@nestjs/common';
import { statusOf } from '@qflow/contracts';
import { LOGGER, Metrics } from '@qflow/service';
import type { Logger } from 'pino';
import type { Turn } from './update-standing.js';

/** Tells operators, by log and by counter, how endpoints stand. */
@Injectable()
export class StandingReport {
  private readonly turns;

  constructor(
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.turns = metrics.counterFrom0(
      'qflow_webhook_endpoint_turns_total',
      'Endpoints that were failing, disabled for it, or recovered.',
      ['is'],
      [{ is: 'failing' }, { is: 'disabled' }, { is: 'recovered' }],
    );
  }

  /** To be called once the transaction is committed. */
  report(turns: readonly Turn[]): void {
    for (const { type, subscriptionId, accountId, failures, disabledReason, lastError } of turns) {
      this.turns.inc({ is: statusOf(type) });
      const line = { type, subscriptionId, accountId, failures, ...(lastError && { error: lastError }) };
      if (type === 'endpoint.disabled')
        this.logger.warn({ ...line, reason: disabledReason }, `webhook disabled: ${lastError ?? ''}`);
      else
        this.logger.info(line, type === 'endpoint.failing' ? 'webhook is failing' : 'webhook has recovered');
    }
  }
}
