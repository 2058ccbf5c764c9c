import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { CodedError, type SenderIdentity } from '@qflow/contracts';
import { GroupCommit, inTransaction, isDependencyDown, OutboxRelay, sqlOf } from '@qflow/persistence';
import { renderTemplate } from '@qflow/rendering';
import { LOGGER, Metrics } from '@qflow/service';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { SenderIdentities } from '../domains/sender-identities.js';
import { EmailProvider, type Email, type ProviderOutcome } from '../provider/email-provider.js';
import { releaseClaims, type ClaimedSend } from '../sends/claim-sends.js';
import { SENDER_CONFIG, type SenderConfig } from '../config.js';
import { CompiledTemplates, type ReadyTemplate } from '../templates/compiled-templates.js';
import { mailboxes } from './mailboxes.js';
import { Places } from './places.js';
import { ProviderGate } from './provider-gate.js';
import { recordAttempts, type FinishedAttempt } from './record-attempts.js';

/** Nothing is begun on a claim with less than this left beyond the provider's time-out. */
const claimMarginMs = 5_000;
const longestRecordWaitMs = 2_000;

/**
 * Hands claimed sends to the provider, so many at once, and records what came of it. Attempts that finish together
 * share a transaction; none waits for a slower neighbour.
 */
@Injectable()
export class SendDispatcher implements BeforeApplicationShutdown {
  private readonly recorder: GroupCommit<FinishedAttempt, void>;
  private readonly seconds;
  private stopping = false;

  constructor(
    @Inject(SENDER_CONFIG) private readonly config: SenderConfig,
    private readonly dataSource: DataSource,
    private readonly relay: OutboxRelay,
    private readonly templates: CompiledTemplates,
    private readonly identities: SenderIdentities,
    private readonly provider: EmailProvider,
    private readonly gate: ProviderGate,
    private readonly places: Places,
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.recorder = new GroupCommit({ flush: (attempts) => this.record(attempts) });
    this.seconds = metrics.histogram('qflow_provider_seconds', 'Time of one attempt, by outcome.', [
      'outcome',
    ]);
    metrics.gauge('qflow_provider_in_flight', 'Attempts in flight.', () => this.places.inUse);
  }

  /** Resolves once every one of the sends has found a place: that is the backpressure towards the stream. */
  async dispatch(sends: readonly ClaimedSend[]): Promise<void> {
    for (const [index, send] of sends.entries()) {
      await this.places.take();
      if (this.stopping) {
        this.places.release();
        return this.giveBack(sends.slice(index));
      }
      void this.attempt(send).finally(() => this.places.release());
    }
  }

  /** From now on nothing is begun: what is claimed goes back to the table for the other replicas. */
  beforeApplicationShutdown(): void {
    this.stopping = true;
  }

  /** Waits for what was begun. */
  async stop(): Promise<void> {
    await this.places.empty();
    await this.recorder.idle();
    await this.provider.close();
  }

  private giveBack(sends: readonly ClaimedSend[]): Promise<void> {
    return releaseClaims(
      sqlOf(this.dataSource),
      sends.map(({ id }) => id),
    );
  }

  private async attempt(send: ClaimedSend): Promise<void> {
    const startedAt = new Date();
    const prepared = await this.prepare(send);
    const email = 'is' in prepared ? null : prepared;
    const outcome = 'is' in prepared ? prepared : await this.provider.send(prepared);
    const finishedAt = new Date();
    this.gate.observe(outcome);
    this.report(send, outcome, finishedAt.getTime() - startedAt.getTime());
    const finished = {
      sendId: send.id,
      attempt: send.attempt,
      requestedAt: send.created_at,
      startedAt,
      finishedAt,
      email,
      outcome,
    };
    await this.keep(finished);
  }

  /**
   * Records what is known. While the database is away it keeps trying, and with that keeps its place: dropping the
   * answer would make the send "unknown" and, without reports, a second e-mail.
   */
  private async keep(finished: FinishedAttempt): Promise<void> {
    for (let waitMs = 100; ; waitMs = Math.min(waitMs * 2, longestRecordWaitMs))
      try {
        return await this.recorder.add(finished);
      } catch (err) {
        if (!isDependencyDown(err) || this.stopping) {
          // The claim lapses and the send waits for its reports.
          const { sendId, outcome } = finished;
          this.logger.error(
            { err, sendId, outcome: outcome.is },
            'the outcome of an attempt could not be recorded',
          );
          return;
        }
        await pause(waitMs);
      }
  }

  /** The e-mail as the provider is to have it, or what the attempt came to without it. */
  private async prepare(send: ClaimedSend): Promise<Email | ProviderOutcome> {
    if (Date.now() > send.claimedUntil - this.config.PROVIDER_TIMEOUT_MS - claimMarginMs)
      return { is: 'retryable', code: 'claim_lapsing', error: 'waited too long for a free place' };
    try {
      const template = await this.templates.get(send.account_id, send.template_id, send.template_version);
      if (!template)
        return { is: 'rejected', code: 'template_missing', error: 'the template version does not exist' };
      const identity = await this.identities.of(send.account_id, template.version.fromAddress);
      if (identity.as === 'refused') return senderRefused(identity);
      return this.emailOf(send, template, identity);
    } catch (error) {
      return beforeSending(error);
    }
  }

  /** The mailboxes and the rendered content of one send. */
  private emailOf(send: ClaimedSend, template: ReadyTemplate, identity: SenderIdentity): Email {
    if (!send.merge) throw new Error('the merge data of a claimed send is gone');
    const { subject, html, text } = renderTemplate(template.compiled, send.merge);
    return {
      sendId: send.id,
      attempt: send.attempt,
      ...mailboxes(send, template.version, identity, this.config.senderPolicy),
      subject,
      html,
      text,
    };
  }

  private report(send: ClaimedSend, outcome: ProviderOutcome, durationMs: number): void {
    this.seconds.observe({ outcome: outcome.is }, durationMs / 1000);
    const line = {
      sendId: send.id,
      accountId: send.account_id,
      correlationId: send.correlation_id,
      attempt: send.attempt,
      outcome: outcome.is,
      durationMs,
      ...(outcome.is !== 'accepted' && { code: outcome.code, error: outcome.error }),
    };
    if (outcome.is === 'accepted') this.logger.info(line, 'e-mail accepted');
    else this.logger.warn(line, `e-mail ${outcome.is}: ${outcome.error}`);
  }

  private async record(attempts: FinishedAttempt[]): Promise<void[]> {
    const limits = {
      graceMs: this.config.UNKNOWN_GRACE_SECONDS * 1000,
      maxAgeMs: this.config.SEND_MAX_AGE_SECONDS * 1000,
    };
    this.relay.publish(await inTransaction(this.dataSource, (sql) => recordAttempts(sql, attempts, limits)));
    return attempts.map(() => undefined);
  }
}

const senderRefused = ({ fromAddress }: SenderIdentity): ProviderOutcome => ({
  is: 'rejected',
  code: 'sender_not_verified',
  error: `${fromAddress} is not of a verified and active sender domain of this account`,
});

/** A service that fails will mend; a template that does not render will not do so next time either. */
function beforeSending(error: unknown): ProviderOutcome {
  if (error instanceof CodedError)
    return {
      is: 'retryable',
      code: `templates_${error.code}`,
      error: `the templates service failed (${error.code})`,
    };
  if (isDependencyDown(error))
    return { is: 'retryable', code: 'database_away', error: 'the database does not answer' };
  const message = error instanceof Error ? error.message : String(error);
  return { is: 'rejected', code: 'render_failed', error: `the template could not be rendered: ${message}` };
}
