import type { CommsEventV1 } from '@qflow/contracts';
import { deliveryIdOf } from '../deliveries/delivery-id.js';
import type { Delivery } from '../deliveries/delivery.js';
import { formats } from '../formats/formats.js';
import type { MatchedSubscription } from '../subscriptions/subscription.js';
import type { Promised } from './job.js';
import { policyOf, scheduleMs } from './retry-policy.js';

/** A delivery that an event makes for a subscription, or may make: that is not known before the database has told. */
export interface Planned extends Promised {
  id: string;
  subscriptionId: string;
  event: CommsEventV1;
  /** As it is now, where it asks for the event. */
  subscription: MatchedSubscription | null;
}

/** One that {@link Planned.subscription} is known of. */
export type Matched = Planned & { subscription: MatchedSubscription };

/** What one event has to wait for. */
export interface Expected {
  subscriptionId: string;
  /** Settles when the delivery is in the log, whoever sees to that. */
  durable: Promise<void>;
  /** Null where somebody else does: an event may come twice at the same time. */
  planned: Planned | null;
}

/** Deliveries that are not in the log yet: an event that comes again meanwhile meets them here. */
export class UnderWay {
  /** By delivery id. */
  private readonly durables = new Map<string, Promise<void>>();

  /** Whoever gets a plan has to settle it. */
  expect(event: CommsEventV1, subscriptionId: string): Expected {
    const id = deliveryIdOf(event, subscriptionId);
    const same = this.durables.get(id);
    if (same) return { subscriptionId, durable: same, planned: null };
    let settle!: Planned['settle'];
    const durable = new Promise<void>((resolve, reject) => (settle = { resolve, reject }));
    const over = (): void => void this.durables.delete(id);
    durable.then(over, over);
    this.durables.set(id, durable);
    return {
      subscriptionId,
      durable,
      planned: { id, subscriptionId, event, subscription: null, durable, settle },
    };
  }
}

export const deliveryOf = ({ id, event, subscription }: Matched, body: string): Delivery => ({
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
});

/** Subscriptions of one format get the very same text of an event. */
export function bodies(): (plan: Matched) => string {
  let last: { event: CommsEventV1; format: string; body: string } | null = null;
  return ({ event, subscription: { format } }) => {
    if (last?.event !== event || last.format !== format)
      last = { event, format, body: formats[format].body(event) };
    return last.body;
  };
}
