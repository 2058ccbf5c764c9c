import type { ProviderEvent, ProviderEventType } from '@qflow/contracts';
import { isSendTraced, isTracing, type Publication } from '@qflow/messaging';
import { deadLetters } from '../publish/dead-letters.js';
import { eventMessages } from '../publish/event-messages.js';
import { readEvents, type WrittenEvent } from '../sendgrid/read-events.js';
import { readEntries } from './read-entries.js';

/** How many events of each type a post held. */
export type TypeCounts = Partial<Record<ProviderEventType, number>>;

/** What an authentic post comes to: messages, and what is to be told of them. */
export interface PostContents {
  /** Events for PROVIDER, then letters for DEAD. */
  messages: Publication[];
  events: number;
  types: TypeCounts;
  /** Entries that are no events, and what is wrong with them. */
  malformed: number;
  reasons: string[];
  /** What is to be told of events whose sends are traced. */
  traced: TracedEvent[];
}

/** What a trace tells of an event. */
export type TracedEvent = Pick<ProviderEvent, 'type' | 'attempt'> & { sendId: string };

/**
 * Reads a post. Its entries themselves are not in the answer: parsed, they take several times the memory of the
 * messages, and nobody needs them while those are being stored.
 * @param receivedAt RFC 3339, UTC
 * @throws RefusedPost where the body is not a JSON array
 */
export function readPost(body: Buffer, receivedAt: string): PostContents {
  const { events, malformed } = readEvents(readEntries(body), receivedAt);
  return {
    messages: [...eventMessages(events, receivedAt), ...deadLetters(malformed, receivedAt)],
    events: events.length,
    types: countTypes(events),
    malformed: malformed.length,
    reasons: [...new Set(malformed.map(({ reason }) => reason))],
    traced: isTracing() ? events.flatMap(({ event }) => tracedOf(event)) : [],
  };
}

const tracedOf = ({ sendId, type, attempt }: ProviderEvent): TracedEvent[] =>
  sendId !== null && isSendTraced(sendId) ? [{ sendId, type, attempt }] : [];

function countTypes(events: readonly WrittenEvent[]): TypeCounts {
  const counts: TypeCounts = {};
  for (const { event } of events) counts[event.type] = (counts[event.type] ?? 0) + 1;
  return counts;
}
