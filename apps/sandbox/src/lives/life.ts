/** The event names of SendGrid's Event Webhook that a message can cause. */
export type ProviderEventName =
  | 'processed'
  | 'deferred'
  | 'delivered'
  | 'bounce'
  | 'dropped'
  | 'open'
  | 'click'
  | 'spamreport'
  | 'unsubscribe'
  | 'group_unsubscribe'
  | 'group_resubscribe';

/** One thing that happens to a message: the event's name and the fields that only this kind of event has. */
export interface LifeStep {
  readonly event: ProviderEventName;
  readonly details: Readonly<Record<string, unknown>>;
}

/** What of a mail its events repeat. */
export interface MailFacts {
  /** Its body; `clicked@` clicks the first web link of the HTML. */
  content: readonly { type: string; value: string }[];
  ipPoolName?: string;
  /** Unix seconds. */
  sendAt?: number;
  /** The unsubscribe group that it was sent to. */
  asmGroupId?: number;
}
