import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, Metrics, StageTimes } from '@qflow/service';
import type { Logger } from 'pino';
import { errorClasses, errorClassOf } from '../provider/error-class.js';
import { Providers } from '../provider/providers.js';
import type { ClaimedSend } from '../sends/claim.js';
import type { FinishedAttempt } from '../outcomes/finished-attempts.js';

/** What operators see of single attempts: a log line for each that failed, counters and times by provider. */
@Injectable()
export class AttemptReports {
  private readonly seconds;
  private readonly attempts;
  private readonly errors;

  constructor(
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: Metrics,
    private readonly stages: StageTimes,
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
    this.errors = metrics.counterFrom0(
      'qflow_provider_errors_total',
      'Attempts that a provider did not accept, by provider and class of the error.',
      ['provider', 'class'],
      providers.all.flatMap(({ name }) => errorClasses.map((is) => ({ provider: name, class: is }))),
    );
    metrics.gauges('qflow_provider_in_flight', 'E-mails on their way, by provider.', ['provider'], () =>
      providers.all.map(({ name, places }) => [{ provider: name }, places.inUse]),
    );
  }

  report(send: ClaimedSend, finished: FinishedAttempt): void {
    const { attempt, provider, startedAt, finishedAt, outcome } = finished;
    const durationMs = finishedAt.getTime() - startedAt.getTime();
    const code = outcome.is === 'accepted' ? '' : outcome.code;
    this.measure(finished, code, durationMs);
    if (outcome.is === 'accepted' && !this.logger.isLevelEnabled('debug')) return;
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
    if (outcome.is === 'accepted') this.logger.debug(line, 'e-mail accepted');
    else this.logger.warn(line, `e-mail ${outcome.is}: ${outcome.error}`);
  }

  private measure(finished: FinishedAttempt, code: string, durationMs: number): void {
    const { provider, requestedAt, finishedAt, outcome } = finished;
    const labels = { provider: provider ?? 'none', outcome: outcome.is };
    this.seconds.observe(labels, durationMs / 1000);
    this.attempts.inc({ ...labels, code });
    if (outcome.is === 'accepted')
      this.stages.took('accept_to_handover', requestedAt.getTime(), finishedAt.getTime());
    else if (provider !== null) this.errors.inc({ provider, class: errorClassOf(outcome) });
  }
}
