import { Controller } from '@nestjs/common';
import { providerEventsV1, type ProviderEventsV1 } from '@qflow/contracts';
import { Consume, done, type Incoming, type Outcome } from '@qflow/messaging';
import { OutcomeRecorder } from '../outcomes/outcome-recorder.js';

/** The durable consumer of provider reports; its lag is how far we are behind the provider. */
export const reportsConsumer = 'sender-reports';

/** Takes provider reports from the stream. */
@Controller()
export class ReportsController {
  constructor(private readonly recorder: OutcomeRecorder) {}

  @Consume(providerEventsV1, { durable: reportsConsumer, maxBatch: 32, gatherMs: 10 })
  async handle(batch: Incoming<ProviderEventsV1>[]): Promise<Outcome[]> {
    await this.recorder.reports(batch.map(({ message }) => message));
    return batch.map(() => done);
  }
}
