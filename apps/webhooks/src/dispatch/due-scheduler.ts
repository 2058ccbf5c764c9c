import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { inTransaction, Periodic, sqlOf, type Sql } from '@qflow/persistence';
import { LOGGER, Metrics } from '@qflow/service';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { WEBHOOKS_CONFIG, type WebhooksConfig } from '../config.js';
import { claimDue, claimPaced, type Claim, type ClaimWish } from '../deliveries/claim-due.js';
import { claimMs } from '../deliveries/delivery.js';
import { findDue, type DueSubscription } from '../deliveries/find-due.js';
import { loadClaimed } from '../deliveries/load-claimed.js';
import { skipDue } from '../deliveries/skip-deliveries.js';
import { DeliveryDispatcher } from './delivery-dispatcher.js';
import { policyOf } from './retry-policy.js';

const everyMs = 250;
/**
 * After an outage of the database, for which claims may have lapsed, nothing is claimed for so long, ms: whoever has made
 * an attempt meanwhile comes first to write that down.
 */
const afterOutageMs = 1_500;
/** Deliveries claimed by one statement at the most. */
const maxClaims = 1_000;

/**
 * Starts attempts whose time has come. The schedule is the table `waiting` and nothing else, so it survives restarts,
 * costs no memory however many deliveries wait, and any number of replicas share it. Each endpoint gets what it has
 * room for: at every tick, and when it has worked off what it got before that.
 */
@Injectable()
export class DueScheduler implements OnApplicationBootstrap {
  private readonly hungry = new Set<string>();
  private stopping = false;
  /** Claims are made one after the other: each counts on the room that the one before has left. */
  private claiming: Promise<void> = Promise.resolve();
  private feeding: Promise<void> | undefined;
  private skipping: Promise<void> | undefined;
  private latenessMs = 0;
  /** Whether the last look failed. */
  private away = false;
  private claimFrom = 0;
  private readonly ticks = new Periodic({
    everyMs,
    work: () => this.tick(),
    onError: (err) => {
      this.away = true;
      this.logger.warn({ err }, 'looking for due deliveries failed, will retry');
    },
  });

  constructor(
    private readonly dataSource: DataSource,
    private readonly dispatcher: DeliveryDispatcher,
    @Inject(WEBHOOKS_CONFIG) private readonly config: WebhooksConfig,
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: Metrics,
  ) {
    metrics.gauge(
      'qflow_webhook_lateness_seconds',
      'How long the oldest delivery is due that is not paced and whose endpoint has room; near 0 while all is well.',
      () => this.latenessMs / 1000,
    );
  }

  onApplicationBootstrap(): void {
    this.dispatcher.onHungry = (subscriptionId) => this.feed(subscriptionId);
    this.ticks.start();
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await this.ticks.stop();
    await Promise.all([this.feeding, this.skipping]);
  }

  /** One look at everything that is due. */
  private async tick(): Promise<void> {
    const found = await findDue(sqlOf(this.dataSource), this.dispatcher.full());
    if (this.away) this.claimFrom = performance.now() + afterOutageMs;
    this.away = false;
    if (performance.now() < this.claimFrom) return;
    const due = found.filter(({ active }) => active);
    this.latenessMs = due.reduce((latest, { late_ms }) => Math.max(latest, late_ms ?? 0), 0);
    await this.exclusively(() => this.claimAll(due));
    this.skipping ??= this.skipAll(found.filter(({ active }) => !active)).finally(
      () => (this.skipping = undefined),
    );
  }

  /** A piece of each, while the others go on: however much waits for webhooks that are off, nobody else does for that. */
  private async skipAll(gone: readonly DueSubscription[]): Promise<void> {
    try {
      for (const { subscription_id } of gone) if (!this.stopping) await this.skip(subscription_id);
    } catch (err) {
      this.logger.warn({ err }, 'skipping the deliveries of disabled webhooks failed, will retry');
    }
  }

  /** What waits for one endpoint, before the next tick: it has nothing left to do. */
  private feed(subscriptionId: string): void {
    this.hungry.add(subscriptionId);
    this.feeding ??= this.feedAll()
      .catch((err: unknown) => this.logger.warn({ err }, 'fetching due deliveries failed, will retry'))
      .finally(() => (this.feeding = undefined));
  }

  private async feedAll(): Promise<void> {
    while (this.hungry.size > 0 && !this.stopping) {
      // Left to the ticks.
      if (this.away || performance.now() < this.claimFrom) return this.hungry.clear();
      const asked = [...this.hungry].map((subscriptionId) => ({
        subscriptionId,
        claimMs: this.dispatcher.claimMs(subscriptionId),
      }));
      this.hungry.clear();
      await this.exclusively(() => this.claimUnpaced(asked));
    }
  }

  private exclusively(work: () => Promise<void>): Promise<void> {
    const turn = this.claiming.then(work);
    this.claiming = turn.catch(() => {});
    return turn;
  }

  private async claimAll(due: readonly DueSubscription[]): Promise<void> {
    const unpaced = due.filter(({ late_ms }) => late_ms !== null);
    await this.claimUnpaced(unpaced.map(askedOf));
    for (const wishes of this.wishes(due.filter(({ paced }) => paced).map(askedOf)))
      await this.claim((sql) => claimPaced(sql, wishes, this.config.WEBHOOK_REPLAY_RATE));
  }

  private async claimUnpaced(asked: readonly Asked[]): Promise<void> {
    for (const wishes of this.wishes(asked)) {
      const claimed = await this.claim((sql) => claimDue(sql, wishes));
      this.dispatcher.noteBacklog(wishes, claimed);
    }
  }

  private async claim(claims: (sql: Sql) => Promise<Claim[]>): Promise<readonly Claim[]> {
    const claimedAt = performance.now();
    const sql = sqlOf(this.dataSource);
    const claimed = await claims(sql);
    this.dispatcher.later(await loadClaimed(sql, claimed, claimedAt));
    return claimed;
  }

  /** What there is room for, in portions; made one by one, because each portion takes of the room. */
  private *wishes(asked: readonly Asked[]): Generator<ClaimWish[]> {
    let portion: ClaimWish[] = [];
    let sum = 0;
    for (const { subscriptionId, claimMs } of asked) {
      const room = Math.min(this.dispatcher.dueRoom(subscriptionId), maxClaims - sum);
      if (room <= 0) continue;
      portion.push({ subscriptionId, room, claimMs });
      sum += room;
      if (sum < maxClaims) continue;
      yield portion;
      [portion, sum] = [[], 0];
    }
    if (portion.length > 0) yield portion;
  }

  private async skip(subscriptionId: string): Promise<void> {
    const skipped = await inTransaction(this.dataSource, (sql) => skipDue(sql, subscriptionId));
    if (skipped > 0)
      this.logger.info(
        { subscriptionId, deliveries: skipped },
        'deliveries of a disabled webhook were skipped',
      );
  }
}

type Asked = Pick<ClaimWish, 'subscriptionId' | 'claimMs'>;

const askedOf = ({ subscription_id, format, retry }: DueSubscription): Asked => ({
  subscriptionId: subscription_id,
  claimMs: claimMs(policyOf(format ?? 'qflow', retry ?? {}).timeoutMs),
});
