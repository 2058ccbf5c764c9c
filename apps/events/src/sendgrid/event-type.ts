import type { ProviderEventType } from '@qflow/contracts';
import { wordOf } from './field-values.js';

/** SendGrid's names and ours (Twilio docs, "Event Webhook Reference"). `bounce` is told apart by its `type`. */
const types: ReadonlyMap<string | null, ProviderEventType> = new Map([
  ['processed', 'processed'],
  ['deferred', 'deferred'],
  ['delivered', 'delivered'],
  ['dropped', 'dropped'],
  ['open', 'opened'],
  ['click', 'clicked'],
  ['spamreport', 'spam_reported'],
  ['unsubscribe', 'unsubscribed'],
  ['group_unsubscribe', 'unsubscribed'],
  ['group_resubscribe', 'resubscribed'],
  ['account_status_change', 'account_status'],
]);

/** What an entry reports, in our terms; `other` where its name is new to us. */
export function eventTypeOf({ event, type }: Record<string, unknown>): ProviderEventType {
  // Almost always it is written as documented.
  const known = typeof event === 'string' ? types.get(event) : undefined;
  if (known !== undefined) return known;
  const name = wordOf(event);
  // A block is temporary and comes as `event: "bounce", type: "blocked"`; every other bounce is for good.
  if (name === 'bounce') return wordOf(type) === 'blocked' ? 'blocked' : 'bounced';
  return types.get(name) ?? 'other';
}
