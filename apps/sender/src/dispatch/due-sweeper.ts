import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { JetStreamClient } from '@nats-io/jetstream';
import { providerEventsV1 } from '@qflow/contracts';
import { OutboxRelay, Periodic, sqlOf, type Sql, type StoredOutboxEntry } from '@qflow/persistence';
import { JETSTREAM, LOGGER } from '@qflow/service';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { claimMsOf, SENDER_CONFIG, type SenderConfig } from '../config.js';
import { reportsConsumer } from '../receipts/reports.controller.js';
import { AccountProviders } from '../accounts/account-providers.js';
import { Providers } from '../provider/providers.js';
import type { ClaimOptions } from '../sends/claim.js';
import { claimDue, expireUnknown, turnLapsedIntoUnknown } from '../sends/due-sends.js';
import { movingSends, type Move } from '../sends/moving-sends.js';
import { SendDispatcher } from './send-dispatcher.js';
import { SendingState } from './sending-state.js';

const everyMs = 1_000;

/**
 * Looks after sends that wait: postponed ones that are due, claims whose process died, unknown ones whose grace has
 * ended. All of it is in the table, so it survives restarts and works with any number of replicas. Those whose provider
 * takes nothing are put off until it may, so that they stand in nobody's way.
 */
@Injectable()
export class DueSweeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly sweeps = new Periodic({
    everyMs,
    work: (stopping) => this.sweep(stopping),
    onError: (err) => this.logger.warn({ err }, 'looking after waiting sends failed, will retry'),
  });

  constructor(
    @Inject(SENDER_CONFIG) private readonly config: SenderConfig,
    private readonly dataSource: DataSource,
    private readonly relay: OutboxRelay,
    private readonly dispatcher: SendDispatcher,
    private readonly providers: Providers,
    private readonly accounts: AccountProviders,
    private readonly state: SendingState,
    @Inject(JETSTREAM) private readonly jetstream: JetStreamClient,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.sweeps.start();
  }

  /** What the dispatcher gives back from now on is due at once, for others: claimed here, it would go round and round. */
  beforeApplicationShutdown(): void {
    void this.stop();
  }

  /** Waits for the sweep in hand. */
  stop(): Promise<void> {
    return this.sweeps.stop();
  }

  private async sweep(stopping: () => boolean): Promise<void> {
    this.state.look();
    await this.accounts.refresh();
    const { UNKNOWN_GRACE_SECONDS, SEND_MAX_AGE_SECONDS } = this.config;
    await this.change((sql, moves) => turnLapsedIntoUnknown(sql, UNKNOWN_GRACE_SECONDS * 1000, moves));
    const resolveUnknown = (await this.someUnknownAreDue()) && (await this.reportsAreCaughtUp());
    if (resolveUnknown)
      await this.change((sql, moves) => expireUnknown(sql, SEND_MAX_AGE_SECONDS * 1000, moves));
    await this.dispatchDue(resolveUnknown ? ['queued', 'unknown'] : ['queued'], stopping);
  }

  private async change(work: (sql: Sql, moves?: Move[]) => Promise<StoredOutboxEntry[]>): Promise<void> {
    this.relay.publish(await movingSends(this.dataSource, work));
  }

  private async dispatchDue(states: ClaimOptions['states'], stopping: () => boolean): Promise<void> {
    const options: ClaimOptions = {
      states,
      claimMs: claimMsOf(this.config),
      maxAgeMs: this.config.SEND_MAX_AGE_SECONDS * 1000,
      routing: () => this.providers.routing(),
    };
    while (!stopping()) {
      const { claimed, waiting, entries } = await movingSends(this.dataSource, (sql, moves) =>
        claimDue(sql, { ...options, moves }),
      );
      this.relay.publish(entries);
      if (claimed.length + waiting === 0) return;
      await this.dispatcher.dispatch(claimed);
    }
  }

  private async someUnknownAreDue(): Promise<boolean> {
    const rows = await sqlOf(this.dataSource)(
      // Looked up one by one, as all that is due (sends/due-sends.ts).
      `SELECT FROM open_sends
        WHERE due_at <= now() AND (SELECT state FROM sends WHERE id = send_id) = 'unknown' LIMIT 1`,
    );
    return rows.length > 0;
  }

  /**
   * Whether every report that has reached us is applied: the answer to "did it leave?" may be among those that are
   * not. While NATS is away nobody knows, so no.
   */
  private async reportsAreCaughtUp(): Promise<boolean> {
    try {
      const manager = await this.jetstream.jetstreamManager(false);
      const { num_pending, num_ack_pending } = await manager.consumers.info(
        providerEventsV1.stream,
        reportsConsumer,
      );
      return num_pending === 0 && num_ack_pending === 0;
    } catch {
      return false;
    }
  }
}
