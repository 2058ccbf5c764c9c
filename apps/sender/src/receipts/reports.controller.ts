import { Controller } from '@nestjs/common';
import { providerEventsV1, type ProviderEventsV1 } from '@qflow/contracts';
import { Consume, done, type Incoming, type Outcome } from '@qflow/messaging';
import { OutboxRelay } from '@qflow/persistence';
import { StageTimes } from '@qflow/service';
import { DataSource } from 'typeorm';
import { movingSends } from '../sends/moving-sends.js';
import { AccountStatus } from './account-status.js';
import { recordReports, type Reported } from './record-reports.js';

/** The durable consumer of provider reports; its lag is how far we are behind the provider. */
export const reportsConsumer = 'sender-reports';

/** Takes provider reports from the stream. */
@Controller()
export class ReportsController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly relay: OutboxRelay,
    private readonly accountStatus: AccountStatus,
    private readonly stages: StageTimes,
  ) {}

  @Consume(providerEventsV1, { durable: reportsConsumer, maxBatch: 32 })
  async handle(batch: Incoming<ProviderEventsV1>[]): Promise<Outcome[]> {
    const reports = batch.map(({ message }) => message);
    const { entries, aboutAccount, fresh } = await movingSends(this.dataSource, (sql, moves) =>
      recordReports(sql, reports, moves),
    );
    this.relay.publish(entries);
    this.measure(fresh);
    for (const event of aboutAccount) this.accountStatus.report(event);
    return batch.map(() => done);
  }

  /** Reports that were known already say nothing of how long they took; those of one post came together. */
  private measure(fresh: readonly Reported[]): void {
    const posts = new Set(fresh.map(({ receivedAt }) => receivedAt));
    for (const receivedAt of posts) this.stages.took('report_to_state', Date.parse(receivedAt));
    for (const { event, receivedAt } of fresh)
      this.stages.took('provider_to_report', Date.parse(event.occurredAt), Date.parse(receivedAt));
  }
}
