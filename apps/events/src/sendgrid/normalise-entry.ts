import { createHash } from 'node:crypto';
import { isId, type ProviderEvent, type ProviderEventType } from '@qflow/contracts';
import { eventTypeOf } from './event-type.js';
import { countOf, flagOf, instantOf, textOf, wordOf } from './field-values.js';

/** An entry of SendGrid's post: known fields, unknown fields and our custom arguments, flattened side by side. */
export type SendgridEntry = Record<string, unknown>;

/** "≤ 100 characters" (Twilio docs, "Event Webhook Reference", `sg_event_id`). */
const maxIdLength = 100;

/**
 * One entry in our terms; the entry itself stays whole in `raw`. Nothing in it is required: an entry without a
 * usable id gets one made of its content, the same at every repetition.
 * @param receivedAt RFC 3339, UTC: when it happened, as far as we know, if the entry does not say, or names a time
 *   that has not come yet
 */
export function normaliseEntry(entry: SendgridEntry, receivedAt: string): ProviderEvent {
  const type = eventTypeOf(entry);
  return {
    id: idOf(entry),
    type,
    sendId: sendIdOf(entry.qflow_send_id),
    attempt: countOf(entry.qflow_attempt),
    occurredAt: earlier(instantOf(entry.timestamp), receivedAt),
    reason: reasonOf(entry, type),
    url: type === 'clicked' ? textOf(entry.url) : null,
    machine: (type === 'opened' || type === 'clicked') && flagOf(entry.sg_machine_open),
    raw: entry,
  };
}

function idOf(entry: SendgridEntry): string {
  const id = textOf(entry.sg_event_id)?.trim() || null;
  if (id !== null && id.length <= maxIdLength) return id;
  return `sha256:${createHash('sha256').update(JSON.stringify(entry)).digest('hex')}`;
}

/** Mail that others send through the same SendGrid account may use our argument's name for ids that are not ours. */
function sendIdOf(value: unknown): string | null {
  if (isId(value)) return value;
  const id = wordOf(value);
  return isId(id) ? id : null;
}

/** A provider's clock that is ahead must not put an event after what is still to happen. */
const earlier = (told: string | null, received: string): string =>
  told !== null && told < received ? told : received;

/**
 * A deferral tells why in `response`, bounces and drops in `reason`. A change of the account's standing is known by its
 * `type`, such as `compliance_suspend`.
 */
function reasonOf(entry: SendgridEntry, type: ProviderEventType): string | null {
  switch (type) {
    case 'deferred':
      return textOf(entry.response) ?? textOf(entry.reason);
    case 'bounced':
    case 'blocked':
    case 'dropped':
      return textOf(entry.reason) ?? textOf(entry.response);
    case 'account_status':
      return textOf(entry.reason) ?? textOf(entry.type);
    case 'processed':
    case 'delivered':
    case 'opened':
    case 'clicked':
    case 'spam_reported':
    case 'unsubscribed':
    case 'resubscribed':
    case 'other':
      return null;
  }
}
