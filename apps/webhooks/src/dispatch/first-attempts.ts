import { Injectable } from '@nestjs/common';
import type { CommsEventV1 } from '@qflow/contracts';
import { sqlOf } from '@qflow/persistence';
import { DataSource } from 'typeorm';
import { deliveryIdOf } from '../deliveries/delivery-id.js';
import type { Delivery, Verdict } from '../deliveries/delivery.js';
import { knownDeliveries } from '../deliveries/known-deliveries.js';
import { formats } from '../formats/formats.js';
import type { MatchedSubscription } from '../subscriptions/subscription.js';
import { DeliveryDispatcher } from './delivery-dispatcher.js';
import type { Job } from './job.js';
import { asksFor, subscriptionsOf } from './match-subscriptions.js';
import { Patience } from './patience.js';
import { Recorder } from './recorder.js';
import { policyOf, scheduleMs } from './retry-policy.js';

/**
 * First attempts that are not in the log yet, at the most. So few that a process which does nothing else is through with
 * them before they count as slow, and enough for thousands of events per second at receivers that take their time.
 */
const maxUnwritten = 1_024;

const done = Promise.resolve();

/** A delivery that an event makes for a subscription. */
interface Planned {
  id: string;
  subscriptionId: string;
  subscription: MatchedSubscription;
  event: CommsEventV1;
  /** Of the promise that it is in the log. */
  settle: { resolve: (value: void | PromiseLike<void>) => void; reject: (error: unknown) => void };
}

/**
 * Makes deliveries of events, and begins their first attempts before anything is written: what the receiver takes at
 * once costs one row. The event stays on the stream until its deliveries are in the log.
 */
@Injectable()
export class FirstAttempts {
  /** What is not yet in the log, by delivery id: the same event may come again meanwhile. */
  private readonly underWay = new Map<string, Promise<void>>();
  private unwritten = 0;
  /** Events that are being matched. */
  private coming = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly dataSource: DataSource,
    private readonly dispatcher: DeliveryDispatcher,
    private readonly recorder: Recorder,
  ) {}

  /**
   * @returns per event what settles when all its deliveries are in the log; null where it makes none. Rejects where
   *   nothing has begun.
   */
  async begin(events: readonly CommsEventV1[]): Promise<(Promise<unknown> | null)[]> {
    await this.place(events.length);
    try {
      return await this.beginAll(events);
    } finally {
      this.coming -= events.length;
      this.waiting.shift()?.();
    }
  }

  /** Waits until there is a place for so many more; for one batch there always is in the end. */
  private async place(count: number): Promise<void> {
    while (this.unwritten + this.coming > 0 && this.unwritten + this.coming + count > maxUnwritten)
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.coming += count;
  }

  private async beginAll(events: readonly CommsEventV1[]): Promise<(Promise<unknown> | null)[]> {
    const sql = sqlOf(this.dataSource);
    const subscriptions = await subscriptionsOf(sql, events);
    const planned: Planned[] = [];
    const awaited = events.map((event) => {
      const wanted = (subscriptions.get(event.accountId) ?? [])
        .filter((subscription) => asksFor(subscription, event))
        .map((subscription) => this.plan(event, subscription, planned));
      return wanted.length === 0 ? null : Promise.all(wanted);
    });
    for (const each of awaited) each?.catch(() => {});
    try {
      const known = await knownDeliveries(sql, planned);
      await this.carryOut(planned, known);
    } catch (error) {
      for (const { settle } of planned) settle.reject(error);
      throw error;
    }
    return awaited;
  }

  /** Settles when the delivery is in the log, whoever sees to that: an event may come twice at the same time. */
  private plan(event: CommsEventV1, subscription: MatchedSubscription, planned: Planned[]): Promise<void> {
    const id = deliveryIdOf(event, subscription.id);
    const same = this.underWay.get(id);
    if (same) return same;
    let settle!: Planned['settle'];
    const durable = new Promise<void>((resolve, reject) => (settle = { resolve, reject }));
    const over = (): void => void this.underWay.delete(id);
    durable.then(over, over);
    this.underWay.set(id, durable);
    planned.push({ id, subscriptionId: subscription.id, subscription, event, settle });
    return durable;
  }

  /** Begins what there is room for, and writes the rest down as due: that much is awaited, which bounds it. */
  private async carryOut(planned: readonly Planned[], known: ReadonlySet<string>): Promise<void> {
    const begun: Job[] = [];
    const written: Promise<void>[] = [];
    const overflowed = new Set<string>();
    const bodyOf = bodies();
    for (const plan of planned) {
      // Not in the log, and yet here: its row could not be written, but its attempt goes on.
      const ended = known.has(plan.id) ? done : this.dispatcher.ended(plan.id);
      if (ended) {
        plan.settle.resolve(ended);
        continue;
      }
      const delivery = deliveryOf(plan, bodyOf(plan));
      const verdict = this.verdictOf(plan);
      const durable = verdict
        ? this.recorder.store({ delivery, verdict, attempt: null })
        : this.begun(delivery, begun);
      if (verdict) written.push(durable);
      if (verdict?.waitMs === 0 && !verdict.paced) overflowed.add(plan.subscriptionId);
      plan.settle.resolve(durable);
    }
    this.watch(begun);
    await Promise.allSettled(written);
    for (const subscriptionId of overflowed) this.dispatcher.overflowed(subscriptionId);
  }

  private begun(delivery: Delivery, begun: Job[]): Promise<void> {
    const job = this.dispatcher.first(delivery);
    begun.push(job);
    return job.durable;
  }

  /** Null where its attempt can begin at once. */
  private verdictOf({ subscription }: Planned): Verdict | null {
    if (!subscription.active) return { status: 'skipped', waitMs: null, paced: false };
    if (this.dispatcher.newRoom(subscription.id) > 0) return null;
    return { status: 'pending', waitMs: 0, paced: this.dispatcher.isAway(subscription.id) };
  }

  /** One timer for all that began together. */
  private watch(jobs: readonly Job[]): void {
    if (jobs.length === 0) return;
    const patience = new Patience(() => this.dispatcher.storeUnfinished(jobs));
    let left = jobs.length;
    const written = (): void => {
      if (--left === 0) patience.end();
      this.unwritten--;
      this.waiting.shift()?.();
    };
    this.unwritten += jobs.length;
    for (const { durable } of jobs) durable.then(written, written);
  }
}

function deliveryOf({ id, event, subscription }: Planned, body: string): Delivery {
  return {
    id,
    subscriptionId: subscription.id,
    accountId: event.accountId,
    eventId: event.id,
    eventType: event.type,
    sendId: event.data.attendeeInvitationId,
    correlationId: event.data.correlationId,
    origin: 'event',
    replayOf: null,
    body,
    attempts: 0,
    expiresAt: performance.now() + scheduleMs(policyOf(subscription.format, subscription.retry)),
    claimedUntil: Infinity,
  };
}

/** Subscriptions of one format get the very same text of an event. */
function bodies(): (plan: Planned) => string {
  let last: { event: CommsEventV1; format: string; body: string } | null = null;
  return ({ event, subscription: { format } }) => {
    if (last?.event !== event || last.format !== format)
      last = { event, format, body: formats[format].body(event) };
    return last.body;
  };
}
