import { messageReader, type MessageContract } from './message.js';

/**
 * What a provider can report of a message; `account_status` is about no message but the account at the provider
 * (SendGrid `account_status_change`). `other` keeps what is new to us instead of dropping it.
 */
export const providerEventTypes = [
  'processed',
  'deferred',
  'delivered',
  'bounced',
  'blocked',
  'dropped',
  'opened',
  'clicked',
  'spam_reported',
  'unsubscribed',
  'resubscribed',
  'account_status',
  'other',
] as const;

export type ProviderEventType = (typeof providerEventTypes)[number];

/** One provider event in our terms; `raw` is the provider's own object, whole. */
export interface ProviderEvent {
  /** The provider's id of this event (SendGrid `sg_event_id`): what duplicates are recognised by, for ever. */
  id: string;
  type: ProviderEventType;
  /** Our `qflow_send_id` custom argument; null where the provider did not return it. */
  sendId: string | null;
  /** Our `qflow_attempt` custom argument. */
  attempt: number | null;
  /** RFC 3339, UTC: when it happened, by the provider's clock. */
  occurredAt: string;
  /** Why, in the provider's words (bounce reason, drop reason, deferral answer); null where there is none. */
  reason: string | null;
  /** The link of a click. */
  url: string | null;
  /** An open or click made by software that fetches mail ahead of its reader (SendGrid `sg_machine_open`). */
  machine: boolean;
  raw: Record<string, unknown>;
}

/**
 * The events of one provider post, or of a slice of a large one. A batch is one message because the stream's cost
 * is per message; duplicates are recognised per event by the consumer.
 */
export interface ProviderEventsV1 {
  kind: 'provider.events';
  version: 1;
  provider: 'sendgrid';
  /** RFC 3339, UTC. */
  receivedAt: string;
  events: ProviderEvent[];
}

export const providerEventsV1: MessageContract<ProviderEventsV1> = {
  stream: 'PROVIDER',
  subject: 'comms.provider.events.v1',
  read: messageReader<ProviderEventsV1>('provider.events', 1, { receivedAt: 'a time', events: 'a list' }),
};
