import { deadLetterSubject, type DeadLetterV1, type EventType } from '@qflow/contracts';
import type { OutboxEntry } from '@qflow/persistence';
import type { Entry } from './entry.js';

/** A delivery that is dead, as the DEAD stream tells of it. */
export interface DeadDelivery {
  id: string;
  subscriptionId: string;
  accountId: string;
  eventId: string;
  eventType: EventType;
}

/** The message for the DEAD stream; published twice, it is kept once. */
export function deadLetter(delivery: DeadDelivery, reason: string): OutboxEntry {
  const body = JSON.stringify({
    deliveryId: delivery.id,
    subscriptionId: delivery.subscriptionId,
    accountId: delivery.accountId,
    eventId: delivery.eventId,
  });
  const letter: DeadLetterV1 = {
    kind: 'dead.letter',
    version: 1,
    origin: 'webhooks',
    subject: delivery.eventType,
    reason,
    diedAt: new Date().toISOString(),
    body,
    bytes: Buffer.byteLength(body),
  };
  return {
    subject: deadLetterSubject('webhooks'),
    msgId: `dead:webhooks:${delivery.id}`,
    body: JSON.stringify(letter),
    headers: {},
  };
}

/** Of a delivery whose last attempt failed. */
export function letterOf({ delivery, attempt }: Entry): OutboxEntry {
  const attempts = delivery.attempts + 1;
  const error = attempt?.result.error ?? '';
  return deadLetter(
    delivery,
    attempts === 1
      ? `its only attempt failed: ${error}`
      : `${attempts} attempts failed, the last one: ${error}`,
  );
}
