import { Controller, Inject } from '@nestjs/common';
import { sendRequestedV1, type SendRequestedV1 } from '@qflow/contracts';
import { Consume, done, type Incoming, type Outcome } from '@qflow/messaging';
import { OutboxRelay } from '@qflow/persistence';
import { DataSource } from 'typeorm';
import { claimMsOf, SENDER_CONFIG, type SenderConfig } from '../config.js';
import { Providers } from '../provider/providers.js';
import { claimRequested } from '../sends/claim-sends.js';
import { movingSends } from '../sends/moving-sends.js';
import { SendDispatcher } from './send-dispatcher.js';
import { requestsConsumer } from './sending-state.js';

/** Takes requested sends from the stream; while all of them would wait for a provider, `SendingState` holds it. */
@Controller()
export class RequestsController {
  constructor(
    @Inject(SENDER_CONFIG) private readonly config: SenderConfig,
    private readonly dataSource: DataSource,
    private readonly relay: OutboxRelay,
    private readonly providers: Providers,
    private readonly dispatcher: SendDispatcher,
  ) {}

  /** Done as soon as the sends are claimed, or wait: from then on the table, not the stream, answers for them. */
  @Consume(sendRequestedV1, { durable: requestsConsumer })
  async handle(batch: Incoming<SendRequestedV1>[]): Promise<Outcome[]> {
    const options = {
      claimMs: claimMsOf(this.config),
      maxAgeMs: this.config.SEND_MAX_AGE_SECONDS * 1000,
      routing: () => this.providers.routing(),
    };
    const messages = batch.map(({ message }) => message);
    const { claimed, entries } = await movingSends(this.dataSource, (sql, moves) =>
      claimRequested(sql, messages, { ...options, moves }),
    );
    this.relay.publish(entries);
    await this.dispatcher.dispatch(claimed);
    return batch.map(() => done);
  }
}
