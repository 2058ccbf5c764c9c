import { messageIdHeader } from '../inbox/mail-headers.js';
import type { LifeStep } from './life.js';

/** One copy of a mail, for one recipient. */
export interface Copy {
  /** The request's `X-Message-Id`. */
  messageId: string;
  /** Counts the recipients of the request from 0. */
  index: number;
  email: string;
  /** Unix seconds: when the mail was accepted. */
  acceptedAt: number;
  categories: readonly string[];
  customArgs: Readonly<Record<string, string>>;
  asmGroupId?: number;
}

/**
 * Where an event stands in its copy's life: the number of events before it. A late bounce is made long before it
 * happens, when nobody knows how many will be before it; a copy has one at most.
 */
export type LifePlace = number | 'late';

/**
 * One event as SendGrid's Event Webhook posts it; what is undefined in it is not posted. Custom arguments are
 * flattened into it but never overwrite a field of SendGrid's own. A detail goes before a common field of
 * that name, and one that is null takes it out.
 *
 * @param place of the step in the copy's life; with the copy it makes `sg_event_id`, which is therefore unique,
 *   and the same whenever the event is posted again
 * @param at Unix seconds
 * @see https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event
 */
export function providerEvent(
  copy: Copy,
  step: LifeStep,
  place: LifePlace,
  at: number,
): Record<string, unknown> {
  const event: Record<string, unknown> = {
    email: copy.email,
    timestamp: at,
    'smtp-id': messageIdHeader(copy),
    event: step.event,
    category: categoryOf(copy.categories),
    sg_event_id: eventId(copy, step, place),
    sg_message_id: messageIdOf(copy),
    asm_group_id: copy.asmGroupId,
  };
  Object.assign(event, step.details);
  for (const [name, value] of Object.entries(copy.customArgs)) {
    if (event[name] === undefined) event[name] = value;
  }
  for (const [name, value] of Object.entries(step.details)) {
    if (value === null) event[name] = undefined;
  }
  return event;
}

/** The same in every event of the copy, however much later it happens. */
function messageIdOf({ messageId, acceptedAt, index }: Copy): string {
  return `${messageId}.filter0001.3005.${acceptedAt.toString(16).toUpperCase()}.${index}`;
}

/** SendGrid's ids are at most 100 characters, and look like base64 because they are. */
function eventId(copy: Copy, step: LifeStep, place: LifePlace): string {
  return Buffer.from(`${step.event}-${place}-${copy.index}-${copy.messageId}`).toString('base64url');
}

/** SendGrid posts a lone category as a string and several as an array. */
function categoryOf(categories: readonly string[]): string | readonly string[] | undefined {
  return categories.length > 1 ? categories : categories[0];
}
