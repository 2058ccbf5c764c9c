import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { JetStreamClient } from '@nats-io/jetstream';
import { providerEventsV1 } from '@qflow/contracts';
import { inTransaction, OutboxRelay, sqlOf } from '@qflow/persistence';
import { JETSTREAM, LOGGER } from '@qflow/service';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { claimMsOf, SENDER_CONFIG, type SenderConfig } from '../config.js';
import { reportsConsumer } from '../receipts/reports.controller.js';
import { claimDue, turnLapsedIntoUnknown } from '../sends/due-sends.js';
import { ProviderGate } from './provider-gate.js';
import { SendDispatcher } from './send-dispatcher.js';

const everyMs = 1_000;

/**
 * Looks after sends that wait: postponed ones that are due, claims whose process died, unknown ones whose grace has
 * ended. All of it is in the table, so it survives restarts and works with any number of replicas.
 */
@Injectable()
export class DueSweeper implements OnApplicationBootstrap {
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> | undefined;
  private stopping = false;

  constructor(
    @Inject(SENDER_CONFIG) private readonly config: SenderConfig,
    private readonly dataSource: DataSource,
    private readonly relay: OutboxRelay,
    private readonly dispatcher: SendDispatcher,
    private readonly gate: ProviderGate,
    @Inject(JETSTREAM) private readonly jetstream: JetStreamClient,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.sweeping ??= this.sweep().finally(() => (this.sweeping = undefined));
    }, everyMs);
  }

  async stop(): Promise<void> {
    this.stopping = true;
    clearInterval(this.timer);
    await this.sweeping;
  }

  private async sweep(): Promise<void> {
    try {
      const graceMs = this.config.UNKNOWN_GRACE_SECONDS * 1000;
      this.relay.publish(await inTransaction(this.dataSource, (sql) => turnLapsedIntoUnknown(sql, graceMs)));
      const includeUnknown = (await this.someUnknownAreDue()) && (await this.reportsAreCaughtUp());
      const options = { includeUnknown, claimMs: claimMsOf(this.config) };
      while (!this.stopping && this.gate.closedFor() === 0) {
        const claimed = await inTransaction(this.dataSource, (sql) => claimDue(sql, options));
        if (claimed.length === 0) return;
        await this.dispatcher.dispatch(claimed);
      }
    } catch (err) {
      this.logger.warn({ err }, 'looking after waiting sends failed, will retry');
    }
  }

  private async someUnknownAreDue(): Promise<boolean> {
    const rows = await sqlOf(this.dataSource)(
      `SELECT FROM sends WHERE state = 'unknown' AND due_at <= now() LIMIT 1`,
    );
    return rows.length > 0;
  }

  /** Whether every report that has reached us is applied: the answer to "did it leave?" may be among those that are not. */
  private async reportsAreCaughtUp(): Promise<boolean> {
    const manager = await this.jetstream.jetstreamManager(false);
    const { num_pending, num_ack_pending } = await manager.consumers.info(
      providerEventsV1.stream,
      reportsConsumer,
    );
    return num_pending === 0 && num_ack_pending === 0;
  }
}
