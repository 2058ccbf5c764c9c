import { Injectable } from '@nestjs/common';
import type { CommsEventV1 } from '@qflow/contracts';
import { sqlOf } from '@qflow/persistence';
import { LRUCache } from 'lru-cache';
import { DataSource } from 'typeorm';
import type { Verdict } from '../deliveries/delivery.js';
import { knownDeliveries } from '../deliveries/known-deliveries.js';
import type { MatchedSubscription } from '../subscriptions/subscription.js';
import { DeliveryDispatcher } from './delivery-dispatcher.js';
import type { Job } from './job.js';
import { asksFor, lookUp, type Looked } from './match-subscriptions.js';
import { Patience } from './patience.js';
import { bodies, deliveryOf, UnderWay, type Expected, type Matched, type Planned } from './planned.js';
import { Recorder } from './recorder.js';

/**
 * Deliveries of events that are not in the log yet, at the most. So few that a process which does nothing else is through with
 * them before they count as slow, and enough for thousands of events per second at receivers that take their time.
 */
const maxUnwritten = 1_024;

/** Accounts whose subscriptions are remembered. */
const maxRemembered = 10_000;

const done = Promise.resolve();

/**
 * Makes deliveries of events, and begins their first attempts before anything is written: what the receiver takes at
 * once costs one row. The event stays on the stream until its deliveries are in the log.
 */
@Injectable()
export class FirstAttempts {
  private readonly underWay = new UnderWay();
  /** By account: its subscriptions when they were last read. To guess from, never to decide by. */
  private readonly lately = new LRUCache<string, readonly MatchedSubscription[]>({ max: maxRemembered });
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
    const expected = events.map((event) => this.guess(event));
    const open = expected.flatMap((all) => all.flatMap(({ planned }) => planned ?? []));
    try {
      const { subscriptions, known } = await lookUp(sql, events, open);
      this.remember(events, subscriptions);
      const unasked: Planned[] = [];
      const awaited = events.map((event, index) => {
        const wanted: Promise<void>[] = [];
        for (const subscription of subscriptions.get(event.accountId) ?? [])
          if (asksFor(subscription, event)) {
            let one = expected[index]?.find(({ subscriptionId }) => subscriptionId === subscription.id);
            if (!one) {
              one = this.underWay.expect(event, subscription.id);
              if (one.planned) unasked.push(one.planned);
            }
            if (one.planned) one.planned.subscription = subscription;
            wanted.push(one.durable);
          }
        return together(wanted);
      });
      open.push(...unasked);
      for (const id of await knownDeliveries(sql, unasked)) known.add(id);
      this.carryOut(open, known);
      return awaited;
    } catch (error) {
      for (const { settle } of open) settle.reject(error);
      throw error;
    }
  }

  /**
   * What an event will make if its account's subscriptions are still what they were a moment ago, which they nearly always
   * are: so that the database can be asked about those deliveries together with the subscriptions.
   */
  private guess(event: CommsEventV1): Expected[] {
    const expected: Expected[] = [];
    for (const subscription of this.lately.get(event.accountId) ?? [])
      if (asksFor(subscription, event)) expected.push(this.underWay.expect(event, subscription.id));
    return expected;
  }

  private remember(events: readonly CommsEventV1[], subscriptions: Looked['subscriptions']): void {
    for (const { accountId } of events) {
      const own = subscriptions.get(accountId);
      if (own) this.lately.set(accountId, own);
      else this.lately.delete(accountId);
    }
  }

  /** Begins what there is room for, and writes the rest down as due, for which the next batch need not wait. */
  private carryOut(planned: readonly Planned[], known: ReadonlySet<string>): void {
    const begun: Job[] = [];
    const bodyOf = bodies();
    for (const plan of planned) {
      if (!isMatched(plan)) {
        plan.settle.resolve();
        continue;
      }
      // Not in the log, and yet here: its row could not be written, but its attempt goes on.
      const ended = known.has(plan.id) ? done : this.dispatcher.ended(plan.id);
      if (ended) {
        plan.settle.resolve(ended);
        continue;
      }
      const delivery = deliveryOf(plan, bodyOf(plan));
      const verdict = this.verdictOf(plan);
      if (!verdict) begun.push(this.dispatcher.first(delivery, plan));
      else {
        const durable = this.recorder.store({ delivery, verdict, attempt: null });
        const isOverflow = verdict.waitMs === 0 && !verdict.paced;
        this.occupy(durable, () => isOverflow && this.dispatcher.overflowed(plan.subscriptionId));
        plan.settle.resolve(durable);
      }
    }
    this.watch(begun);
  }

  /** Null where its attempt can begin at once. */
  private verdictOf({ subscription }: Matched): Verdict | null {
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
    };
    for (const { durable } of jobs) this.occupy(durable, written);
  }

  /** Takes one of the places until it is written, or will not be. */
  private occupy(durable: Promise<void>, then: () => void): void {
    const written = (): void => {
      then();
      this.unwritten--;
      this.waiting.shift()?.();
    };
    this.unwritten++;
    durable.then(written, written);
  }
}

const isMatched = (plan: Planned): plan is Matched => plan.subscription !== null;

/** Null of nothing. Whoever does not wait for it any more need not hear of its failure. */
function together(durables: readonly Promise<void>[]): Promise<unknown> | null {
  if (durables.length < 2) return durables[0] ?? null;
  const all = Promise.all(durables);
  all.catch(() => {});
  return all;
}
