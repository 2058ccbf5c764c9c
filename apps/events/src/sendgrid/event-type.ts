import type { ProviderEventType } from '@qflow/contracts';

/** SendGrid's names and ours (Twilio docs, "Event Webhook Reference"). `bounce` is told apart by its `type`. */
const types: ReadonlyMap<unknown, ProviderEventType> = new Map([
  ['processed', 'processed'],
  ['deferred', 'deferred'],
  ['delivered', 'delivered'],
  ['dropped', 'dropped'],
  ['open', 'opened'],
  ['click', 'clicked'],
  ['spamreport', 'spam_reported'],
  ['unsubscribe', 'unsubscribed'],
  ['group_unsubscribe', 'unsubscribed'],
]);

/**
 * What an entry reports, in our terms. What is new to us, or not about a message (`group_resubscribe`,
 * `account_status_change`), is `other`.
 */
export function eventTypeOf({ event, type }: Record<string, unknown>): ProviderEventType {
  // A block is temporary and comes as `event: "bounce", type: "blocked"`; every other bounce is for good.
  if (event === 'bounce') return type === 'blocked' ? 'blocked' : 'bounced';
  return types.get(event) ?? 'other';
}
