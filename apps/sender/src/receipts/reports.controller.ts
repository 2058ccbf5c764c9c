import { Controller } from '@nestjs/common';
import { providerEventsV1, type ProviderEventsV1 } from '@qflow/contracts';
import { Consume, done, type Incoming, type Outcome } from '@qflow/messaging';
import { inTransaction, OutboxRelay } from '@qflow/persistence';
import { DataSource } from 'typeorm';
import { AccountStatus } from './account-status.js';
import { recordReports } from './record-reports.js';

/** The durable consumer of provider reports; its lag is how far we are behind the provider. */
export const reportsConsumer = 'sender-reports';

/** Takes provider reports from the stream. */
@Controller()
export class ReportsController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly relay: OutboxRelay,
    private readonly accountStatus: AccountStatus,
  ) {}

  @Consume(providerEventsV1, { durable: reportsConsumer, maxBatch: 32 })
  async handle(batch: Incoming<ProviderEventsV1>[]): Promise<Outcome[]> {
    const reports = batch.map(({ message }) => message);
    const { entries, aboutAccount } = await inTransaction(this.dataSource, (sql) =>
      recordReports(sql, reports),
    );
    this.relay.publish(entries);
    for (const event of aboutAccount) this.accountStatus.report(event);
    return batch.map(() => done);
  }
}
