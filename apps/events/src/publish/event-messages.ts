import { hash } from 'node:crypto';
import { providerEventsV1, type ProviderEventsV1 } from '@qflow/contracts';
import { headersOfContext, type Publication } from '@qflow/messaging';
import type { WrittenEvent } from '../sendgrid/read-events.js';
import { chunks, maxMessageBytes, maxMessageEvents } from './chunks.js';

/**
 * The messages of one post. Their ids are made of those of the events and not of the time of arrival, so that the
 * stream drops what SendGrid posts again; what comes later than the stream remembers is recognised by the consumer,
 * event by event.
 */
export function eventMessages(events: readonly WrittenEvent[], receivedAt: string): Publication[] {
  const head: Omit<ProviderEventsV1, 'events'> = {
    kind: 'provider.events',
    version: 1,
    provider: 'sendgrid',
    receivedAt,
  };
  const opening = `${JSON.stringify(head).slice(0, -1)},"events":[`;
  const headers = headersOfContext();
  return chunks(events, { count: maxMessageEvents, bytes: maxMessageBytes }).map((chunk) => ({
    subject: providerEventsV1.subject,
    msgId: `sendgrid:${hashOf(chunk.map(({ event }) => event.id))}`,
    body: `${opening}${chunk.map(({ json }) => json).join(',')}]}`,
    headers,
  }));
}

const hashOf = (ids: readonly string[]): string => hash('sha256', JSON.stringify(ids));
