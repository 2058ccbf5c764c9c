import { Inject, Injectable } from '@nestjs/common';
import { Metrics } from '@qflow/service';
import type { ProviderOutcome } from '../provider/email-provider.js';

/** Failures in a row after which the provider counts as down. */
const failuresToClose = 20;
const closedMs = 5_000;

/**
 * Whether the provider wants e-mail just now. It closes when the provider says when to come back (429) and when it
 * keeps failing; while it is closed nothing is pulled from the stream, so that work waits there and not in memory.
 */
@Injectable()
export class ProviderGate {
  private closedUntil = 0;
  private failures = 0;

  constructor(@Inject(Metrics) metrics: Metrics) {
    metrics.gauge(
      'qflow_provider_paused_seconds',
      'How long sending still pauses for the provider.',
      () => this.closedFor() / 1000,
    );
  }

  /** Milliseconds until it opens; 0 when it is open. */
  closedFor(now = Date.now()): number {
    return Math.max(0, this.closedUntil - now);
  }

  observe(outcome: ProviderOutcome, now = Date.now()): void {
    if (outcome.is === 'accepted' || outcome.is === 'rejected') {
      this.failures = 0;
      return;
    }
    this.failures++;
    const pause =
      outcome.is === 'retryable' && outcome.afterMs
        ? outcome.afterMs
        : this.failures >= failuresToClose
          ? closedMs
          : 0;
    this.closedUntil = Math.max(this.closedUntil, now + pause);
  }
}
