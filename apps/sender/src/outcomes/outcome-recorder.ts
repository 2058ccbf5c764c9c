import { Inject, Injectable } from '@nestjs/common';
import type { ProviderEventsV1 } from '@qflow/contracts';
import { GroupCommit, OutboxRelay } from '@qflow/persistence';
import { StageTimes } from '@qflow/service';
import { DataSource } from 'typeorm';
import { SENDER_CONFIG, type SenderConfig } from '../config.js';
import { AccountStatus } from '../receipts/account-status.js';
import type { Reported } from '../receipts/reported.js';
import { movingSends } from '../sends/moving-sends.js';
import type { FinishedAttempt, RetryLimits } from './finished-attempts.js';
import { recordOutcomes } from './record-outcomes.js';

/**
 * Reports of one consumer batch in a transaction, unless a single message has more. A backlog of reports comes 6,400 at
 * a time; an e-mail keeps its place at the provider until its attempt is recorded, so that would hold up sending.
 */
const mostReports = 250;

function* inParts(messages: readonly ProviderEventsV1[]): Generator<ProviderEventsV1[]> {
  let part: ProviderEventsV1[] = [];
  let reports = 0;
  for (const message of messages) {
    if (part.length > 0 && reports + message.events.length > mostReports) {
      yield part;
      part = [];
      reports = 0;
    }
    part.push(message);
    reports += message.events.length;
  }
  if (part.length > 0) yield part;
}

type Heard = { attempt: FinishedAttempt } | { reports: readonly ProviderEventsV1[] };

/**
 * Records what attempts came to and what the provider reports, one transaction at a time: a report comes milliseconds
 * after the answer to its attempt, and two transactions would wait for each other at the lock of the send. What arrives
 * meanwhile shares the next one.
 */
@Injectable()
export class OutcomeRecorder {
  private readonly commits = new GroupCommit<Heard, void>({
    flush: (heard) => this.record(heard),
    parallel: 1,
    // Nobody waits for it but the next webhook; half a dozen statements cost as much for one send as for ten.
    gatherMs: 15,
  });
  private readonly limits: RetryLimits;

  constructor(
    @Inject(SENDER_CONFIG) config: SenderConfig,
    private readonly dataSource: DataSource,
    private readonly relay: OutboxRelay,
    private readonly accountStatus: AccountStatus,
    private readonly stages: StageTimes,
  ) {
    this.limits = {
      graceMs: config.UNKNOWN_GRACE_SECONDS * 1000,
      maxAgeMs: config.SEND_MAX_AGE_SECONDS * 1000,
    };
  }

  /** Resolves once it is committed. */
  attempt(attempt: FinishedAttempt): Promise<void> {
    return this.commits.add({ attempt });
  }

  /** Resolves once they are committed: a few at a time, and with each of them all attempts that wait. */
  async reports(messages: readonly ProviderEventsV1[]): Promise<void> {
    for (const reports of inParts(messages)) await this.commits.add({ reports });
  }

  /** Resolves when nothing is left to be recorded. */
  idle(): Promise<void> {
    return this.commits.idle();
  }

  private async record(heard: readonly Heard[]): Promise<void[]> {
    const attempts: FinishedAttempt[] = [];
    const reports: ProviderEventsV1[] = [];
    for (const one of heard)
      if ('attempt' in one) attempts.push(one.attempt);
      else reports.push(...one.reports);
    const { entries, fresh } = await movingSends(this.dataSource, (sql, moves) =>
      recordOutcomes(sql, { attempts, reports }, this.limits, moves),
    );
    this.relay.publish(entries);
    this.tell(fresh);
    return heard.map(() => undefined);
  }

  /** Reports that were known already say nothing of how long they took; those of one post came together. */
  private tell(fresh: readonly Reported[]): void {
    const posts = new Set(fresh.map(({ receivedAt }) => receivedAt));
    for (const receivedAt of posts) this.stages.took('report_to_state', Date.parse(receivedAt));
    for (const { event, receivedAt } of fresh) {
      this.stages.took('provider_to_report', Date.parse(event.occurredAt), Date.parse(receivedAt));
      if (event.type === 'account_status') this.accountStatus.report(event);
    }
  }
}
