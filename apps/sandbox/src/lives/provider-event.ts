import type { LifeStep } from './life.js';

/** One copy of a mail, for one recipient. */
export interface Copy {
  /** The request's `X-Message-Id`. */
  messageId: string;
  /** Counts the recipients of the request from 0. */
  index: number;
  email: string;
  categories: readonly string[];
  customArgs: Readonly<Record<string, string>>;
}

/**
 * One event as SendGrid's Event Webhook posts it, as JSON text. Custom arguments are flattened into it but
 * never overwrite a field of SendGrid's own.
 *
 * @param position of the step in the copy's life; with the copy it makes `sg_event_id`, which is therefore
 *   unique, and the same whenever the event is posted again
 * @param at Unix seconds
 * @see https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event
 */
export function providerEvent(copy: Copy, step: LifeStep, position: number, at: number): string {
  const event: Record<string, unknown> = {
    email: copy.email,
    timestamp: at,
    'smtp-id': `<${copy.messageId}@geopod-ismtpd-sandbox>`,
    event: step.event,
    // A field that is undefined is left out of the JSON.
    category: categoryOf(copy.categories),
    sg_event_id: eventId(copy, step, position),
    sg_message_id: `${copy.messageId}.filter0001.3005.${at.toString(16).toUpperCase()}.${copy.index}`,
  };
  Object.assign(event, step.details);
  for (const [name, value] of Object.entries(copy.customArgs)) {
    if (!(name in event)) event[name] = value;
  }
  return JSON.stringify(event);
}

/** SendGrid's ids are at most 100 characters, and look like base64 because they are. */
function eventId(copy: Copy, step: LifeStep, position: number): string {
  return Buffer.from(`${step.event}-${position}-${copy.index}-${copy.messageId}`).toString('base64url');
}

/** SendGrid posts a lone category as a string and several as an array. */
function categoryOf(categories: readonly string[]): string | readonly string[] | undefined {
  return categories.length > 1 ? categories : categories[0];
}
