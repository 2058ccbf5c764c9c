/** What can happen to an e-mail (webhooks page, "Event types"). */
export const commsEventTypes = [
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

/** A contact's standing changed (EmailFlow, "The event catalog"). */
export const contactEventTypes = ['contact.subscribed', 'contact.unsubscribed'] as const;

/** About the endpoints themselves, for subscriptions that ask for them by name (Standard Webhooks, "Operational"). */
export const endpointEventTypes = ['endpoint.failing', 'endpoint.disabled', 'endpoint.recovered'] as const;

/**
 * Every event type a subscription can receive. Names never change meaning; new ones are only added.
 */
export const eventTypes = [...commsEventTypes, ...contactEventTypes, ...endpointEventTypes] as const;

export type EventType = (typeof eventTypes)[number];

/** Events of an account's e-mails and contacts: what its event feed holds. */
export const feedEventTypes = [...commsEventTypes, ...contactEventTypes] as const;

export type FeedEventType = (typeof feedEventTypes)[number];

export const isFeedEvent = (type: EventType): type is FeedEventType => !type.startsWith('endpoint.');

/** `comms.delivered` → `delivered`, the value of `data.status` in the payload. */
export const statusOf = (type: EventType): string => type.slice(type.indexOf('.') + 1);
