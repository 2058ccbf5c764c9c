import { Controller, Inject } from '@nestjs/common';
import { sendRequestedV1, type SendRequestedV1 } from '@qflow/contracts';
import { Consume, done, retry, type Incoming, type Outcome } from '@qflow/messaging';
import { inTransaction, OutboxRelay } from '@qflow/persistence';
import { DataSource } from 'typeorm';
import { claimMsOf, SENDER_CONFIG, type SenderConfig } from '../config.js';
import { claimRequested } from '../sends/claim-sends.js';
import { ProviderGate } from './provider-gate.js';
import { SendDispatcher } from './send-dispatcher.js';

/** Messages on hold come back at least this often, so that a replica that is told to stop is not waited for. */
const longestHoldMs = 20_000;

/** Takes requested sends from the stream. */
@Controller()
export class RequestsController {
  constructor(
    @Inject(SENDER_CONFIG) private readonly config: SenderConfig,
    private readonly dataSource: DataSource,
    private readonly relay: OutboxRelay,
    private readonly dispatcher: SendDispatcher,
    private readonly gate: ProviderGate,
  ) {}

  /** Done as soon as the sends are claimed: from then on the table, not the stream, answers for them. */
  @Consume(sendRequestedV1, { durable: 'sender-requests' })
  async handle(batch: Incoming<SendRequestedV1>[]): Promise<Outcome[]> {
    const closedFor = this.gate.closedFor();
    if (closedFor > 0)
      return batch.map(() => retry(Math.min(closedFor, longestHoldMs), 'the provider asked to wait'));
    const { claimed, entries } = await inTransaction(this.dataSource, (sql) =>
      claimRequested(
        sql,
        batch.map(({ message }) => message),
        claimMsOf(this.config),
      ),
    );
    this.relay.publish(entries);
    await this.dispatcher.dispatch(claimed);
    return batch.map(() => done);
  }
}
