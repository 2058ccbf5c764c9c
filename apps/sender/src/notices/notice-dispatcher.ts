import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Periodic, sqlOf, type Sql } from '@qflow/persistence';
import { LOGGER, Metrics } from '@qflow/service';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { claimMsOf, SENDER_CONFIG, type SenderConfig } from '../config.js';
import type { EmailProvider, ProviderOutcome } from '../provider/email-provider.js';
import { Providers, type Channel } from '../provider/providers.js';
import { claimNotice, giveUpLapsed, purgeNotices, type ClaimedNotice } from './claim-notice.js';
import { recordNotice } from './record-notice.js';

const everyMs = 1_000;
const purgeEveryMs = 600_000;

/**
 * Hands notices to the provider that accounts without a list of their own go through, one at a time, in the places that
 * sends have: where these wait, notices wait too. What they come to closes no provider, and none is sent for trial: a
 * platform address that is refused is no reason to hold up the sends of accounts.
 *
 * Suppression lists are not asked: they are of an account's guests, and a notice goes to the account's own users.
 */
@Injectable()
export class NoticeDispatcher implements OnApplicationBootstrap {
  private readonly sql: Sql;
  private readonly outcomes;
  private readonly runs = new Periodic({
    everyMs,
    work: (stopping) => this.run(stopping),
    onError: (err) => this.logger.warn({ err }, 'mailing notices failed, will retry'),
  });
  private readonly purges = new Periodic({
    everyMs: purgeEveryMs,
    work: () => purgeNotices(this.sql),
    onError: (err) => this.logger.warn({ err }, 'removing old notices failed, will retry'),
  });

  constructor(
    @Inject(SENDER_CONFIG) private readonly config: SenderConfig,
    dataSource: DataSource,
    private readonly providers: Providers,
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.sql = sqlOf(dataSource);
    this.outcomes = metrics.counterFrom0(
      'qflow_notice_mails_total',
      'Attempts to mail a notice to a user, by outcome.',
      ['outcome'],
      [{ outcome: 'accepted' }, { outcome: 'rejected' }, { outcome: 'retryable' }, { outcome: 'unknown' }],
    );
  }

  onApplicationBootstrap(): void {
    if (!this.config.PLATFORM_FROM_ADDRESS)
      this.logger.warn('PLATFORM_FROM_ADDRESS is not set: users get no e-mail when a webhook is disabled');
    this.runs.start();
    this.purges.start();
  }

  /** Waits for the notice in hand. */
  async stop(): Promise<void> {
    await Promise.all([this.runs.stop(), this.purges.stop()]);
  }

  private async run(stopping: () => boolean): Promise<void> {
    for (const id of await giveUpLapsed(this.sql))
      this.logger.warn({ noticeId: id }, 'notice unknown: the sender stopped while it was handed over');
    while (!stopping()) {
      const channel = this.providers.openByDefault();
      if (!channel || !(await this.someAreDue())) return;
      await this.inPlace(channel, stopping);
    }
  }

  /** Claimed once there is a place, so that no claim lapses in the queue for one. */
  private async inPlace({ places, provider, circuit }: Channel, stopping: () => boolean): Promise<void> {
    await places.take();
    try {
      if (stopping() || circuit.status(Date.now()).is !== 'open') return;
      const notice = await claimNotice(this.sql, claimMsOf(this.config));
      if (notice) await this.attempt(provider, notice);
    } finally {
      places.release();
    }
  }

  /** Where the outcome cannot be recorded, the claim lapses and the notice is given up: at most one e-mail. */
  private async attempt(provider: EmailProvider, notice: ClaimedNotice): Promise<void> {
    const outcome = await this.handOver(provider, notice);
    this.report(provider, notice, outcome);
    await recordNotice(this.sql, notice, outcome, this.config.SEND_MAX_AGE_SECONDS * 1000);
  }

  private handOver(provider: EmailProvider, notice: ClaimedNotice): Promise<ProviderOutcome> {
    const { PLATFORM_FROM_ADDRESS: address, PLATFORM_FROM_NAME: name } = this.config;
    // Stored by a replica that had one.
    if (!address)
      return Promise.resolve({
        is: 'retryable',
        because: 'this_attempt',
        code: 'no_sender',
        error: 'PLATFORM_FROM_ADDRESS is not set',
      });
    return provider.send({
      sendId: notice.id,
      attempt: notice.attempt,
      to: { email: notice.recipient },
      from: { email: address, ...(name && { name }) },
      subject: notice.subject,
      text: notice.text,
      html: notice.html,
    });
  }

  private async someAreDue(): Promise<boolean> {
    const due = await this.sql(`SELECT FROM notices WHERE state = 'queued' AND due_at <= now() LIMIT 1`);
    return due.length > 0;
  }

  private report(
    { name: provider }: EmailProvider,
    { id, account_id, attempt }: ClaimedNotice,
    outcome: ProviderOutcome,
  ): void {
    this.outcomes.inc({ outcome: outcome.is });
    const line = { noticeId: id, accountId: account_id, attempt, provider, outcome: outcome.is };
    if (outcome.is === 'accepted') this.logger.info(line, 'notice accepted');
    else
      this.logger.warn(
        { ...line, code: outcome.code, error: outcome.error },
        `notice ${outcome.is}: ${outcome.error}`,
      );
  }
}
