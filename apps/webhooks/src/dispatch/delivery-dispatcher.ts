import { Inject, Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { changeSubjects, type SubscriptionsChanged } from '@qflow/contracts';
import { RpcClient } from '@qflow/messaging';
import { isDependencyDown } from '@qflow/persistence';
import { LOGGER, Metrics } from '@qflow/service';
import type { Logger } from 'pino';
import { WEBHOOKS_CONFIG, type WebhooksConfig } from '../config.js';
import type { Claim, ClaimWish } from '../deliveries/claim-due.js';
import type { Delivery, Verdict } from '../deliveries/delivery.js';
import type { Entry } from '../deliveries/entry.js';
import { judge } from '../deliveries/judge.js';
import { SecretUnreadable } from '../secrets/open-secret.js';
import type { Subscription } from '../subscriptions/subscription.js';
import { Subscriptions } from '../subscriptions/subscriptions.js';
import { AttemptReport } from './attempt-report.js';
import type { Endpoint, Taken } from './endpoint.js';
import { Endpoints } from './endpoints.js';
import { claimedJob, firstJob, type Job, type Promised } from './job.js';
import { attempted, signAttempt, type Made, type SignedAttempt } from './make-attempt.js';
import { WebhookPoster } from './post-webhook.js';
import { Recorder } from './recorder.js';
import { tracedPost } from './traced-post.js';

/** Deliveries in memory at the most, over all endpoints, until what became of them is written. */
const maxInMemory = 10_000;
/** One endpoint may have this part of the room that is free: an eighth. */
const shareOfFree = 8;
/** What cannot be signed just now is looked at again after this, ms. */
const unreadyMs = 60_000;

/** What comes of a delivery before anything is posted. */
type Signed = SignedAttempt | Exclude<Made, { is: 'attempted' }>;

const waitingAs = (waitMs: number, paced: boolean): Verdict => ({ status: 'pending', waitMs, paced });
const underWay = (claimMs: number): Verdict => ({ ...waitingAs(claimMs, false), claimed: true });
const skipped: Verdict = { status: 'skipped', waitMs: null, paced: false };

/**
 * Attempts deliveries, each endpoint at its own pace, and has written down what came of it. A first attempt comes
 * straight from the stream, which keeps the event until the row is written; any other is claimed in the table. So what
 * is lost here with the process comes again.
 */
@Injectable()
export class DeliveryDispatcher implements OnModuleInit, BeforeApplicationShutdown {
  /** Called when an endpoint has room for what waits in the table. */
  onHungry: (subscriptionId: string) => void = () => {};
  private readonly endpoints: Endpoints<Job>;
  /** By delivery id. */
  private readonly jobs = new Map<string, Job>();
  /** Jobs that are worked on. */
  private inFlight = 0;
  private onIdle: () => void = () => {};
  private stopping = false;

  constructor(
    @Inject(WEBHOOKS_CONFIG) config: WebhooksConfig,
    private readonly subscriptions: Subscriptions,
    private readonly poster: WebhookPoster,
    private readonly recorder: Recorder,
    private readonly reports: AttemptReport,
    private readonly rpc: RpcClient,
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.endpoints = new Endpoints(config.WEBHOOK_ENDPOINT_CONCURRENCY);
    metrics.gauge(
      'qflow_webhook_deliveries_in_memory',
      'Deliveries waiting or under way here.',
      () => this.jobs.size,
    );
    metrics.gauge(
      'qflow_webhook_endpoints_away',
      'Endpoints that gave no answer several times in a row and are only probed, as this replica sees them.',
      () => this.endpoints.away,
    );
  }

  /** Whoever repairs a webhook looks whether it works: it is probed at once. */
  onModuleInit(): void {
    this.rpc.listen<SubscriptionsChanged>(changeSubjects.subscriptions, ({ accountId }) => {
      for (const endpoint of this.endpoints.all())
        if (endpoint.accountId === accountId) endpoint.lookAgain(performance.now());
    });
  }

  /** How many more deliveries this replica takes in from the table for a subscription. */
  dueRoom(subscriptionId: string): number {
    const endpoint = this.endpoints.peek(subscriptionId);
    return Math.min(endpoint.dueRoom(performance.now()), this.shareOf(endpoint));
  }

  /** How many more straight from the stream. */
  newRoom(subscriptionId: string): number {
    const endpoint = this.endpoints.peek(subscriptionId);
    return Math.min(endpoint.newRoom(performance.now()), this.shareOf(endpoint));
  }

  /** Whether the endpoint of a subscription is only probed. */
  isAway(subscriptionId: string): boolean {
    return this.endpoints.peek(subscriptionId).isAway;
  }

  /** How long a claim for a subscription lasts, ms. */
  claimMs(subscriptionId: string): number {
    return this.endpoints.peek(subscriptionId).claimMs;
  }

  /** Subscriptions for which nothing is to be taken from the table just now. */
  full(): string[] {
    const ids: string[] = [];
    for (const { id } of this.endpoints.all()) if (this.dueRoom(id) === 0) ids.push(id);
    return ids;
  }

  /** Deliveries that could go out at once had to be left in the table. */
  overflowed(subscriptionId: string): void {
    this.setBehind(subscriptionId, true);
  }

  /** What was asked for of the table, and what it had: where that was all there was room for, there may be more. */
  noteBacklog(wishes: readonly ClaimWish[], claimed: readonly Claim[]): void {
    const counts = new Map<string, number>();
    for (const { subscription_id: id } of claimed) counts.set(id, (counts.get(id) ?? 0) + 1);
    for (const { subscriptionId, room } of wishes)
      this.setBehind(subscriptionId, (counts.get(subscriptionId) ?? 0) >= room);
  }

  /** Settles when the work on a delivery is over that is in memory; null where it is not. */
  ended(deliveryId: string): Promise<void> | null {
    const job = this.jobs.get(deliveryId);
    return job ? (job.work ?? job.durable) : null;
  }

  /** Attempts a delivery that is not in the log yet, and settles the promise when it is. */
  first(delivery: Delivery, promised: Promised): Job {
    const job = firstJob(delivery, promised);
    this.take(job);
    return job;
  }

  /** Attempts claimed deliveries. One that is here already is left alone: its claim had lapsed before it was written. */
  later(deliveries: readonly Delivery[]): void {
    for (const delivery of deliveries) if (!this.jobs.has(delivery.id)) this.take(claimedJob(delivery));
  }

  /**
   * Writes down first attempts that take long, as under way: the stream is not to wait for slow receivers. What comes
   * of them is recorded when it is known.
   */
  storeUnfinished(jobs: readonly Job[]): void {
    const unfinished = jobs.filter(({ over, row }) => !over && !row);
    for (const id of new Set(unfinished.map(({ delivery }) => delivery.subscriptionId))) {
      const endpoint = this.endpoints.find(id);
      if (endpoint) this.giveBack(endpoint, endpoint.excess(performance.now()));
    }
    for (const job of unfinished) {
      if (job.over) continue;
      const claimMs = this.claimMs(job.delivery.subscriptionId);
      job.delivery.claimedUntil = performance.now() + claimMs;
      void this.storeRow(job, { delivery: job.delivery, verdict: underWay(claimMs), attempt: null });
    }
  }

  /** Takes in nothing more and gives back what was not begun; what still arrives is left to the other replicas. */
  beforeApplicationShutdown(): void {
    this.stopping = true;
    this.recorder.hurry();
    for (const endpoint of this.endpoints.all()) this.giveBack(endpoint, endpoint.drain());
  }

  /** Waits for what is under way. */
  async stop(): Promise<void> {
    while (this.inFlight > 0) await new Promise<void>((resolve) => (this.onIdle = resolve));
    await this.recorder.idle();
  }

  private setBehind(subscriptionId: string, behind: boolean): void {
    const endpoint = this.endpoints.find(subscriptionId);
    if (!endpoint) return;
    endpoint.behind = behind;
    if (endpoint.isHungry(performance.now())) this.onHungry(subscriptionId);
  }

  private take(job: Job): void {
    this.jobs.set(job.delivery.id, job);
    const endpoint = this.endpoints.open(job.delivery.subscriptionId);
    endpoint.accountId = job.delivery.accountId;
    endpoint.push(job);
    if (this.stopping) this.giveBack(endpoint, endpoint.drain());
    this.start(endpoint);
  }

  private start(endpoint: Endpoint<Job>): void {
    while (!this.stopping) {
      const taken = endpoint.take(performance.now());
      if (!taken) break;
      void this.work(taken.item, this.run(taken, endpoint));
    }
    this.endpoints.rest(endpoint);
    if (endpoint.isHungry(performance.now())) this.onHungry(endpoint.id);
  }

  /** Keeps the job in the books until the work on it is over. */
  private work(job: Job, work: Promise<void>): Promise<void> {
    const over = this.workOn(job, work);
    // For whoever waits for it; it has been told already.
    over.catch(() => {});
    return (job.work = over);
  }

  private async workOn(job: Job, work: Promise<void>): Promise<void> {
    this.inFlight++;
    try {
      await work;
    } catch (err) {
      job.settle.reject(err);
      this.logger.error({ err, deliveryId: job.delivery.id }, 'an attempt could not be made or recorded');
      throw err;
    } finally {
      this.jobs.delete(job.delivery.id);
      if (--this.inFlight === 0) this.onIdle();
    }
  }

  /**
   * The memory that one endpoint may take: a part of what is free. However many endpoints hang, there is always room
   * left for the others ("dynamic thresholds" of shared buffers, Choudhury and Hahne 1998).
   */
  private shareOf(endpoint: Endpoint<Job>): number {
    if (this.stopping) return 0;
    return Math.max(0, Math.floor((maxInMemory - this.jobs.size) / shareOfFree) - endpoint.load);
  }

  private async run({ item: job, probe }: Taken<Job>, endpoint: Endpoint<Job>): Promise<void> {
    let made: Made;
    try {
      const signed = this.signNow(job.delivery, endpoint) ?? (await this.sign(job.delivery, endpoint));
      made =
        signed.is === 'signed'
          ? attempted(signed, await tracedPost(job.delivery, signed.request, this.poster))
          : signed;
    } catch (error) {
      job.over = true;
      endpoint.abandon(probe);
      this.start(endpoint);
      throw error;
    }
    job.over = true;
    const wasAway = endpoint.isAway;
    if (made.is === 'attempted') {
      const { delivered, statusCode, durationMs } = made.attempt.result;
      endpoint.done(probe, { delivered, answered: statusCode !== null, durationMs }, performance.now());
    } else endpoint.abandon(probe);
    if (endpoint.isAway) this.giveBack(endpoint, endpoint.drain());
    else if (wasAway) endpoint.behind = true;
    this.start(endpoint);
    await this.conclude(job, made, endpoint);
  }

  /** Null where the subscription has to be read first. */
  private signNow(delivery: Delivery, endpoint: Endpoint<Job>): Signed | null {
    const subscription = this.subscriptions.getIfRead(delivery.subscriptionId);
    return subscription === undefined ? null : this.signWith(delivery, subscription, endpoint);
  }

  /** Rejects only where the database is away. */
  private async sign(delivery: Delivery, endpoint: Endpoint<Job>): Promise<Signed> {
    try {
      const subscription = await this.subscriptions.get(delivery.subscriptionId);
      return this.signWith(delivery, subscription, endpoint);
    } catch (err) {
      if (isDependencyDown(err)) throw err;
      return this.unsigned(delivery, err);
    }
  }

  private signWith(delivery: Delivery, subscription: Subscription | null, endpoint: Endpoint<Job>): Signed {
    if (subscription) endpoint.timeoutMs = subscription.policy.timeoutMs;
    try {
      return signAttempt(delivery, subscription);
    } catch (err) {
      return this.unsigned(delivery, err);
    }
  }

  private unsigned(delivery: Delivery, err: unknown): Signed {
    if (!(err instanceof SecretUnreadable))
      this.logger.error({ err, deliveryId: delivery.id }, 'a webhook could not be signed');
    return { is: 'postponed', afterMs: unreadyMs };
  }

  private async conclude(job: Job, made: Made, endpoint: Endpoint<Job>): Promise<void> {
    const { delivery } = job;
    // What is being written as under way comes first; where that fails, there is no row yet.
    if (job.row) await job.row.catch(() => (job.row = null));
    const inLog = job.row !== null;
    switch (made.is) {
      case 'attempted': {
        const { attempt, policy } = made;
        const { result } = attempt;
        const failing = endpoint.isFailing;
        const verdict = judge({ delivery, result, policy, failing, now: performance.now() });
        const entry = { delivery, attempt, verdict };
        await (inLog ? this.recorder.update(entry) : this.storeRow(job, entry));
        return this.reports.report(entry);
      }
      case 'skipped':
        if (inLog) return this.recorder.skip(delivery);
        return this.storeRow(job, { delivery, verdict: skipped, attempt: null });
      case 'postponed':
        return this.putBack(job, made.afterMs, false);
      case 'deleted':
        // With a row in `waiting`, that one is removed when it is due again.
        return job.settle.resolve();
    }
  }

  private storeRow(job: Job, entry: Entry): Promise<void> {
    const row = this.recorder.store(entry);
    job.row = row;
    row.then(job.settle.resolve, job.settle.reject);
    return row;
  }

  /** Leaves what was in an endpoint's queue to the table: paced where it has to wait until the endpoint is back. */
  private giveBack(endpoint: Endpoint<Job>, jobs: readonly Job[]): void {
    if (jobs.length === 0) return;
    const paced = endpoint.isAway;
    const back = jobs.map((job) => {
      job.over = true;
      return this.work(job, this.putBack(job, 0, paced));
    });
    if (!paced) void Promise.allSettled(back).then(() => this.setBehind(endpoint.id, true));
  }

  /** Not begun, and to be begun by whoever looks next. */
  private async putBack(job: Job, afterMs: number, paced: boolean): Promise<void> {
    await job.row?.catch(() => (job.row = null));
    const { delivery } = job;
    if (job.row) await this.recorder.release({ delivery, afterMs, paced });
    else await this.storeRow(job, { delivery, verdict: waitingAs(afterMs, paced), attempt: null });
  }
}
