/**
 * Every event type a subscription can receive (webhooks page, "Event types"). Names never change meaning;
 * new ones are only added.
 */
export const eventTypes = [
  'comms.sent',
  'comms.failed',
  'comms.skipped',
  'comms.delivered',
  'comms.deferred',
  'comms.opened',
  'comms.clicked',
  'comms.bounced',
  'comms.dropped',
  'comms.spam_reported',
  'comms.unsubscribed',
  'comms.test',
] as const;

export type EventType = (typeof eventTypes)[number];

/** `comms.delivered` → `delivered`, the value of `data.status` in the payload. */
export const statusOf = (type: EventType): string => type.slice(type.indexOf('.') + 1);
