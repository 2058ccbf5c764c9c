import {
  commsEventKey,
  commsEventSubject,
  statusOf,
  type CommsEventV1,
  type EventType,
} from '@qflow/contracts';
import type { Publication } from '@qflow/messaging';
import { v7 as uuidv7 } from 'uuid';

/** What the receiver has to know of an event to measure it; it travels as the correlation id. */
export interface Stamp {
  /** The part of the run that it belongs to. */
  readonly phase: string;
  /** When it was to happen, on the clock of `nowMicros`. */
  readonly due: number;
}

export const stampText = ({ phase, due }: Stamp): string => `${phase}@${due}`;

/** @returns undefined for what this run has not stamped. */
export function parseStamp(text: unknown): Stamp | undefined {
  const [, phase, due] = (typeof text === 'string' && /^([^@]+)@(\d+)$/.exec(text)) || [];
  return phase !== undefined && due !== undefined ? { phase, due: Number(due) } : undefined;
}

export interface BenchEvent {
  readonly id: string;
  readonly publication: Publication;
}

/** A customer event as the sender publishes it: same subject, message id, key order and size. */
export function benchEvent(accountId: string, type: EventType, stamp: Stamp): BenchEvent {
  const id = uuidv7();
  const event: CommsEventV1 = {
    kind: 'comms.event',
    version: 1,
    id,
    type,
    accountId,
    createdAt: new Date().toISOString(),
    data: {
      attendeeId: uuidv7(),
      templateId: uuidv7(),
      attendeeInvitationId: uuidv7(),
      status: statusOf(type),
      error: null,
      correlationId: stampText(stamp),
    },
  };
  const subject = commsEventSubject(accountId, type);
  return { id, publication: { subject, msgId: commsEventKey(id), body: JSON.stringify(event) } };
}
