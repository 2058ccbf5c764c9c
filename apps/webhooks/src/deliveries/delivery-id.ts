import type { CommsEventV1 } from '@qflow/contracts';
import { dayOf, derivedId, hasTime, timeOfId } from '@qflow/persistence';
import { logDays } from './log-tables.js';

const dayMs = 24 * 60 * 60 * 1000;

/**
 * The id of the delivery that an event makes for a subscription: a UUIDv7 with the event's time, whose other bits
 * follow from both. The same event, delivered by the stream twice, makes the same id, and meets its row in the log
 * however much later that is.
 */
export const deliveryIdOf = (
  event: Pick<CommsEventV1, 'id' | 'createdAt'>,
  subscriptionId: string,
  now = Date.now(),
): string => derivedId(logTime(event, now), `${event.id} ${subscriptionId}`);

/** The id of the delivery by which a replay repeats another one: the same again where the replay is resumed. */
export const replayedIdOf = (replayId: string, deliveryId: string, requestedAt: number): string =>
  derivedId(requestedAt, `${replayId} ${deliveryId}`);

/** Where in the log an event belongs: its own time, unless that is outside of what the log holds. */
function logTime({ id, createdAt }: Pick<CommsEventV1, 'id' | 'createdAt'>, now: number): number {
  const time = hasTime(id) ? timeOfId(id) : Date.parse(createdAt);
  return Math.min(Math.max(time, dayOf(now) - (logDays - 1) * dayMs), dayOf(now) + dayMs);
}
