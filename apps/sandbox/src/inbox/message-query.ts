import { eventLabel } from './event-label.js';
import type { InboxMessage } from './inbox-message.js';

/** Which messages are wanted. Every given part must fit. */
export interface MessageQuery {
  /** The whole address, in any letter case. */
  to?: string;
  /** A part of the subject, in any letter case. */
  subject?: string;
  /** A part of the recipient, the sender, the subject or a custom argument's value, in any letter case. */
  q?: string;
  /** Like `event`, but as {@link eventLabel} names it: blocks are no bounces. */
  label?: string;
  /** The name of an event that it has had. */
  event?: string;
  /** Milliseconds since the epoch: messages received then or later. */
  since?: number;
  /** Custom arguments with exactly these values. */
  customArgs: Record<string, string>;
}

/** Whether a message is one of those wanted. */
export function matches(message: InboxMessage, query: MessageQuery): boolean {
  if (query.to !== undefined && message.to.toLowerCase() !== query.to.toLowerCase()) return false;
  if (query.since !== undefined && message.receivedAt < query.since) return false;
  if (query.event !== undefined && !hasHad(message, query.event)) return false;
  if (query.label !== undefined && !message.history.some((entry) => eventLabel(entry) === query.label))
    return false;
  if (query.subject !== undefined && !contains(message.subject, query.subject)) return false;
  if (query.q !== undefined && !mentions(message, query.q)) return false;
  return Object.entries(query.customArgs).every(([name, value]) => message.customArgs[name] === value);
}

function hasHad({ history }: InboxMessage, event: string): boolean {
  return history.some((entry) => entry.event === event);
}

function mentions({ to, from, subject, customArgs }: InboxMessage, text: string): boolean {
  const places = [to, from.email, from.name ?? '', subject, ...Object.values(customArgs)];
  return places.some((place) => contains(place, text));
}

function contains(text: string, part: string): boolean {
  return text.toLowerCase().includes(part.toLowerCase());
}
