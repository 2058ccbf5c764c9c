import { describe, expect, it } from '@jest/globals';
import { isId, providerEventTypes } from '@qflow/contracts';
import fc from 'fast-check';
import { deadLetters } from '../publish/dead-letters.js';
import { eventMessages } from '../publish/event-messages.js';
import { readEntries } from '../ingest/read-entries.js';
import { readEvents } from './read-events.js';

const receivedAt = '2026-04-29T10:23:00.000Z';

const knownFields = [
  'event',
  'type',
  'sg_event_id',
  'timestamp',
  'qflow_send_id',
  'qflow_attempt',
  'reason',
  'response',
  'url',
  'sg_machine_open',
  'category',
  '__proto__',
  'constructor',
  'toJSON',
];
const eventNames = ['processed', 'deferred', 'delivered', 'bounce', 'dropped', 'open', 'click', 'spamreport'];
const moreNames = [
  'unsubscribe',
  'group_unsubscribe',
  'group_resubscribe',
  'account_status_change',
  'new one',
];

/** Entries that look like SendGrid's at a glance, with anything at all in their fields; and anything at all. */
const entry = fc.oneof(
  fc.dictionary(fc.constantFrom(...knownFields), fc.jsonValue({ maxDepth: 2 })),
  fc
    .tuple(
      fc.constantFrom(...eventNames, ...moreNames),
      fc.dictionary(fc.constantFrom(...knownFields), fc.jsonValue({ maxDepth: 1 })),
    )
    .map(([event, fields]) => ({ ...fields, event })),
  fc.jsonValue(),
);
const post = fc
  .array(entry, { maxLength: 10 })
  .map((entries) => Buffer.from(`${JSON.stringify(entries)}\r\n`));

describe('reading a post', () => {
  it('makes of every entry either an event or a malformed one, whole', () => {
    fc.assert(
      fc.property(post, (body) => {
        const entries = readEntries(body);
        const { events, malformed } = readEvents(entries, receivedAt);
        const found = new Set([
          ...events.map(({ event }) => event.raw),
          ...malformed.map((one) => one.entry),
        ]);
        expect(events.length + malformed.length).toBe(entries.length);
        for (const one of entries) expect(found.has(one as Record<string, unknown>)).toBe(true);
      }),
    );
  });

  it('makes events that a consumer can rely on', () => {
    fc.assert(
      fc.property(post, (body) => {
        for (const { event, json, bytes } of readEvents(readEntries(body), receivedAt).events) {
          expect(providerEventTypes).toContain(event.type);
          expect(event.id.length).toBeGreaterThan(0);
          expect(event.id.length).toBeLessThanOrEqual(100);
          expect(event.sendId === null || isId(event.sendId)).toBe(true);
          expect(event.attempt === null || Number.isInteger(event.attempt)).toBe(true);
          expect(new Date(event.occurredAt).toISOString()).toBe(event.occurredAt);
          expect(event.occurredAt <= receivedAt).toBe(true);
          expect(JSON.stringify(JSON.parse(json))).toBe(JSON.stringify(event));
          expect(bytes).toBe(Buffer.byteLength(json));
        }
      }),
    );
  });

  it('makes text that PostgreSQL stores', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (texts) => {
        const body = JSON.stringify(texts.map((text) => ({ event: 'open', reason: text, [text]: text })));
        const { events } = readEvents(readEntries(Buffer.from(body)), receivedAt);
        for (const { json } of events) expect(json).not.toMatch(/\\u(?:0000|d[89a-f])/i);
      }),
    );
  });

  it('gives an event the same id at every repetition, whenever it comes', () => {
    fc.assert(
      fc.property(post, (body) => {
        const idsAt = (time: string) =>
          readEvents(readEntries(body), time).events.map(({ event }) => event.id);
        expect(idsAt('2026-04-30T11:00:00.000Z')).toEqual(idsAt(receivedAt));
      }),
    );
  });

  it('makes messages and letters that hold everything, in order, and ids that repeat', () => {
    fc.assert(
      fc.property(post, (body) => {
        const publish = (time: string) => {
          const { events, malformed } = readEvents(readEntries(body), time);
          return [...eventMessages(events, time), ...deadLetters(malformed, time)];
        };
        const ids = publish(receivedAt).map(({ msgId }) => msgId);
        expect(publish('2026-04-30T11:00:00.000Z').map(({ msgId }) => msgId)).toEqual(ids);
        const held = publish(receivedAt).flatMap(({ body: text }) => {
          const message = JSON.parse(text) as { events?: { raw: unknown }[]; body?: string };
          return message.events?.map(({ raw }) => raw) ?? (JSON.parse(message.body ?? '') as unknown[]);
        });
        const sorted = (list: unknown[]) => list.map((one) => JSON.stringify(one)).sort();
        expect(sorted(held)).toEqual(sorted(readEntries(body)));
      }),
    );
  });
});
