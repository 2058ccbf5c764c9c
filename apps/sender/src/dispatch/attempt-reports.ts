import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, Metrics } from '@qflow/service';
import type { Logger } from 'pino';
import { Providers } from '../provider/providers.js';
import type { ClaimedSend } from '../sends/claim.js';
import type { FinishedAttempt } from './record-attempts.js';

/** What operators see of single attempts: a log line for each, counters and times by provider. */
@Injectable()
export class AttemptReports {
  private readonly seconds;
  private readonly attempts;

  constructor(
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: Metrics,
    providers: Providers,
  ) {
    this.seconds = metrics.histogram(
      'qflow_provider_seconds',
      'Time of one attempt, by provider and outcome.',
      ['provider', 'outcome'],
    );
    this.attempts = metrics.counter(
      'qflow_provider_attempts_total',
      'Attempts by provider (none where it did not come to handing over), outcome and code.',
      ['provider', 'outcome', 'code'],
    );
    metrics.gauges('qflow_provider_in_flight', 'E-mails on their way, by provider.', ['provider'], () =>
      providers.all.map(({ name, places }) => [{ provider: name }, places.inUse]),
    );
  }

  report(send: ClaimedSend, { attempt, provider, startedAt, finishedAt, outcome }: FinishedAttempt): void {
    const durationMs = finishedAt.getTime() - startedAt.getTime();
    const code = outcome.is === 'accepted' ? '' : outcome.code;
    const labels = { provider: provider ?? 'none', outcome: outcome.is };
    this.seconds.observe(labels, durationMs / 1000);
    this.attempts.inc({ ...labels, code });
    const line = {
      sendId: send.id,
      accountId: send.account_id,
      correlationId: send.correlation_id,
      attempt,
      provider,
      outcome: outcome.is,
      durationMs,
      ...(outcome.is !== 'accepted' && { code, error: outcome.error }),
    };
    if (outcome.is === 'accepted') this.logger.info(line, 'e-mail accepted');
    else this.logger.warn(line, `e-mail ${outcome.is}: ${outcome.error}`);
  }
}
