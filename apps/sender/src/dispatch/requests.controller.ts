import { Controller, Inject } from '@nestjs/common';
import { sendRequestedV1, type SendRequestedV1 } from '@qflow/contracts';
import { Consume, done, retry, type Incoming, type Outcome } from '@qflow/messaging';
import { OutboxRelay, sqlOf, type Sql } from '@qflow/persistence';
import { DataSource } from 'typeorm';
import { claimMsOf, SENDER_CONFIG, type SenderConfig } from '../config.js';
import { Providers } from '../provider/providers.js';
import type { ClaimedSend } from '../sends/claim.js';
import { claimFresh } from '../sends/claim-fresh.js';
import { claimRequested, uniqueOf } from '../sends/claim-sends.js';
import { movingSends } from '../sends/moving-sends.js';
import { SendDispatcher } from './send-dispatcher.js';
import { requestsConsumer } from './sending-state.js';

const retryMs = 1_000;

/** Takes requested sends from the stream; while all of them would wait for a provider, `SendingState` holds it. */
@Controller()
export class RequestsController {
  private readonly sql: Sql;

  constructor(
    @Inject(SENDER_CONFIG) private readonly config: SenderConfig,
    private readonly dataSource: DataSource,
    private readonly relay: OutboxRelay,
    private readonly providers: Providers,
    private readonly dispatcher: SendDispatcher,
  ) {
    this.sql = sqlOf(dataSource);
  }

  /** Done as soon as the sends are claimed, or wait: from then on the table, not the stream, answers for them. */
  @Consume(sendRequestedV1, { durable: requestsConsumer, gatherMs: 10 })
  async handle(batch: Incoming<SendRequestedV1>[]): Promise<Outcome[]> {
    const requests = uniqueOf(batch.map(({ message }) => message));
    const claimed = await this.claimFresh(requests);
    await this.dispatcher.dispatch(claimed);
    if (claimed.length === requests.length) return batch.map(() => done);
    const ids = new Set(claimed.map(({ id }) => id));
    const others = await this.claimOthers(
      requests.filter(({ sendId }) => !ids.has(sendId)),
      claimed.length > 0,
    );
    return batch.map(({ message }) => (ids.has(message.sendId) ? done : others));
  }

  /** Nothing while the first provider is closed: who goes where is then decided one by one. */
  private async claimFresh(requests: readonly SendRequestedV1[]): Promise<ClaimedSend[]> {
    const provider = this.providers.firstOpen();
    if (!provider) return [];
    return claimFresh(this.sql, requests, { provider, claimMs: claimMsOf(this.config) });
  }

  /**
   * @param hasClaimed others of their batch are claimed: they must not come again because these failed, or integrators
   *   would hear that they were asked for twice
   */
  private async claimOthers(requests: readonly SendRequestedV1[], hasClaimed: boolean): Promise<Outcome> {
    try {
      const claims = await movingSends(this.dataSource, (sql, moves) =>
        claimRequested(sql, requests, {
          claimMs: claimMsOf(this.config),
          maxAgeMs: this.config.SEND_MAX_AGE_SECONDS * 1000,
          routing: () => this.providers.routing(),
          moves,
        }),
      );
      this.relay.publish(claims.entries);
      await this.dispatcher.dispatch(claims.claimed);
      return done;
    } catch (error) {
      if (!hasClaimed) throw error;
      return retry(retryMs, error instanceof Error ? error.message : String(error));
    }
  }
}
