import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { GroupCommit, inTransaction, OutboxRelay, sqlOf } from '@qflow/persistence';
import { LOGGER, Metrics } from '@qflow/service';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { WEBHOOKS_CONFIG, type WebhooksConfig } from '../config.js';
import { releaseClaims } from '../deliveries/claim-due.js';
import type { Delivery } from '../deliveries/delivery.js';
import { judge, recordAttempts, type FinishedAttempt } from '../deliveries/record-attempts.js';
import { formats } from '../formats/formats.js';
import type { Subscription } from '../subscriptions/subscription.js';
import { Subscriptions } from '../subscriptions/subscriptions.js';
import { EndpointQueue } from './endpoint-queue.js';
import { WebhookPoster, type PostResult } from './post-webhook.js';

/** Deliveries waiting in memory for one endpoint at the most; the rest wait in the table. */
const maxWaitingPerEndpoint = 1_000;
/** Deliveries in memory at the most, over all endpoints. */
const maxInMemory = 20_000;
/** Nothing is begun on a claim with less than this left beyond the time-out. */
const claimMarginMs = 5_000;

/**
 * Attempts claimed deliveries, each endpoint at its own pace, and records what came of it. Attempts that finish
 * together share a transaction. A delivery lives in the table first and here second: what is lost here with the
 * process is due again when its claim lapses.
 */
@Injectable()
export class DeliveryDispatcher implements BeforeApplicationShutdown {
  private readonly endpoints = new Map<string, EndpointQueue>();
  private readonly recorder: GroupCommit<FinishedAttempt, void>;
  private readonly inFlight = new Set<Promise<unknown>>();
  private readonly seconds;
  private inMemory = 0;
  private stopping = false;

  constructor(
    @Inject(WEBHOOKS_CONFIG) private readonly config: WebhooksConfig,
    private readonly dataSource: DataSource,
    private readonly relay: OutboxRelay,
    private readonly subscriptions: Subscriptions,
    private readonly poster: WebhookPoster,
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.recorder = new GroupCommit({ flush: (attempts) => this.record(attempts) });
    this.seconds = metrics.histogram('qflow_webhook_seconds', 'Time of one attempt, by outcome.', [
      'outcome',
    ]);
    metrics.gauge(
      'qflow_webhook_deliveries_in_memory',
      'Deliveries waiting or under way here.',
      () => this.inMemory,
    );
  }

  /** How many more deliveries this replica takes in just now, over all endpoints. */
  get room(): number {
    return this.stopping ? 0 : Math.max(0, maxInMemory - this.inMemory);
  }

  /** How many more it takes in for one endpoint. */
  roomFor(subscriptionId: string): number {
    const own = this.endpoints.get(subscriptionId)?.room ?? maxWaitingPerEndpoint;
    return Math.min(own, this.room);
  }

  /** Endpoints that take in nothing more just now. */
  full(): string[] {
    return [...this.endpoints].filter(([, endpoint]) => endpoint.room === 0).map(([id]) => id);
  }

  /** Takes over deliveries whose claims are committed. */
  dispatch(deliveries: readonly Delivery[]): void {
    for (const delivery of deliveries) {
      const { subscriptionId } = delivery;
      const endpoint = this.endpoints.get(subscriptionId) ?? this.openEndpoint(subscriptionId);
      endpoint.push(delivery);
      this.inMemory++;
      this.start(subscriptionId, endpoint);
    }
  }

  /** Attempts one delivery now and answers its result: for test calls, whose caller waits. */
  async attemptNow(delivery: Delivery): Promise<PostResult> {
    const work = this.attempt(delivery);
    this.inFlight.add(work);
    try {
      return await work;
    } finally {
      this.inFlight.delete(work);
    }
  }

  /** Takes in nothing more, so that what still arrives is left to the other replicas. */
  beforeApplicationShutdown(): void {
    this.stopping = true;
  }

  /** Gives back what was not begun, and waits for what was. */
  async stop(): Promise<void> {
    const waiting = [...this.endpoints.values()].flatMap((endpoint) => endpoint.drain());
    await releaseClaims(
      sqlOf(this.dataSource),
      waiting.map(({ id }) => id),
    );
    await Promise.all(this.inFlight);
    await this.recorder.idle();
  }

  private openEndpoint(subscriptionId: string): EndpointQueue {
    const endpoint = new EndpointQueue(this.config.WEBHOOK_ENDPOINT_CONCURRENCY, maxWaitingPerEndpoint);
    this.endpoints.set(subscriptionId, endpoint);
    return endpoint;
  }

  private start(subscriptionId: string, endpoint: EndpointQueue): void {
    while (!this.stopping) {
      const delivery = endpoint.take();
      if (!delivery) break;
      const work = this.run(delivery, endpoint).finally(() => {
        this.inFlight.delete(work);
        this.inMemory--;
        this.start(subscriptionId, endpoint);
        if (endpoint.idle) this.endpoints.delete(subscriptionId);
      });
      this.inFlight.add(work);
    }
  }

  private async run(delivery: Delivery, endpoint: EndpointQueue): Promise<void> {
    // Whoever claims it after us would post it too: leave it to them.
    if (Date.now() > delivery.claimedUntil - this.config.WEBHOOK_TIMEOUT_MS - claimMarginMs)
      return endpoint.skip();
    try {
      const { statusCode } = await this.attempt(delivery);
      endpoint.done(statusCode !== null);
    } catch (err) {
      // The claim lapses and the delivery is due again: late, but not lost.
      endpoint.skip();
      this.logger.error({ err, deliveryId: delivery.id }, 'an attempt could not be made or recorded');
    }
  }

  private async attempt(delivery: Delivery): Promise<PostResult> {
    const at = new Date();
    const subscription = await this.subscriptions.get(delivery.subscriptionId);
    const result = subscription ? await this.post(subscription, delivery, at) : deletedMeanwhile;
    const finished = { delivery, at, result };
    if (subscription) await this.recorder.add(finished);
    this.report(finished);
    return result;
  }

  private post(subscription: Subscription, delivery: Delivery, at: Date): Promise<PostResult> {
    const body = Buffer.from(delivery.body, 'utf8');
    const headers = formats[subscription.format].headers({
      webhookId: delivery.eventId,
      type: delivery.eventType,
      body,
      secrets: subscription.secrets,
      timestamp: Math.floor(at.getTime() / 1000),
    });
    return this.poster.post(subscription.url, headers, body);
  }

  private report(finished: FinishedAttempt): void {
    const { delivery, result } = finished;
    const { status } = judge(finished);
    this.seconds.observe({ outcome: status }, result.durationMs / 1000);
    this.logger[result.delivered ? 'info' : 'warn'](
      {
        deliveryId: delivery.id,
        eventId: delivery.eventId,
        type: delivery.eventType,
        accountId: delivery.accountId,
        correlationId: delivery.correlationId,
        attempt: delivery.attempts + 1,
        outcome: status,
        statusCode: result.statusCode,
        durationMs: result.durationMs,
        ...(result.error && { error: result.error }),
      },
      result.delivered ? 'webhook delivered' : `webhook ${status}: ${result.error}`,
    );
  }

  private async record(attempts: FinishedAttempt[]): Promise<void[]> {
    this.relay.publish(await inTransaction(this.dataSource, (sql) => recordAttempts(sql, attempts)));
    const gone = new Set(
      attempts.filter(({ result }) => result.statusCode === 410).map(({ delivery }) => delivery.accountId),
    );
    for (const accountId of gone) this.subscriptions.changed(accountId);
    return attempts.map(() => undefined);
  }
}

const deletedMeanwhile: PostResult = {
  delivered: false,
  statusCode: null,
  durationMs: 0,
  error: 'the webhook has been deleted',
  answer: null,
  retryAfterMs: 0,
};
