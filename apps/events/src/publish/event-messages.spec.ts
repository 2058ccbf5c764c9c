import { describe, expect, it } from '@jest/globals';
import { providerEventsV1 } from '@qflow/contracts';
import { readEvents } from '../sendgrid/read-events.js';
import { eventMessages } from './event-messages.js';

const messagesOf = (entries: object[], receivedAt: string) =>
  eventMessages(readEvents(entries, receivedAt).events, receivedAt);

const entries = Array.from({ length: 450 }, (_, index) => ({
  event: 'delivered',
  timestamp: 1513299569,
  sg_event_id: `event-${index}`,
}));

describe('eventMessages', () => {
  it('makes messages of 200 events that the contract reads', () => {
    const receivedAt = '2026-04-29T10:23:00.000Z';
    const messages = messagesOf(entries, receivedAt);
    const read = messages.map(({ body }) => providerEventsV1.read(JSON.parse(body)));
    expect(read.map(({ events }) => events.length)).toEqual([200, 200, 50]);
    expect(read.flatMap(({ events }) => events.map(({ id }) => id))).toEqual(
      entries.map(({ sg_event_id }) => sg_event_id),
    );
    expect(read[0]).toMatchObject({ provider: 'sendgrid', receivedAt });
    expect(messages.every(({ subject }) => subject === 'comms.provider.events.v1')).toBe(true);
  });

  it('keeps a message below half a megabyte', () => {
    const large = entries.map((entry) => ({ ...entry, padding: 'é'.repeat(5_000) }));
    const sizes = messagesOf(large, '2026-04-29T10:23:00.000Z').map(({ body }) => Buffer.byteLength(body));
    expect(Math.max(...sizes)).toBeLessThan(530_000);
  });

  it('gives the same events the same message ids, whenever they arrive', () => {
    const idsOf = (receivedAt: string) => messagesOf(entries, receivedAt).map(({ msgId }) => msgId);
    const first = idsOf('2026-04-29T10:23:00.000Z');
    expect(new Set(first).size).toBe(3);
    expect(idsOf('2026-04-29T10:24:00.000Z')).toEqual(first);
  });

  it('gives a message an id that its own events alone lead to', () => {
    const idOf = (...ids: string[]) =>
      messagesOf(
        ids.map((sg_event_id) => ({ event: 'open', sg_event_id })),
        '2026-04-29T10:23:00.000Z',
      )[0]?.msgId;
    const all = [idOf('a', 'b'), idOf('b', 'a'), idOf('a'), idOf('a,b'), idOf('a","b')];
    expect(new Set(all).size).toBe(all.length);
  });

  it('does not let the time of arrival into the id of an event that names no time', () => {
    const idsOf = (receivedAt: string) =>
      messagesOf([{ event: 'open', email: 'a@b.test' }], receivedAt)[0]?.msgId;
    expect(idsOf('2026-04-29T10:23:00.000Z')).toBe(idsOf('2026-04-29T10:24:00.000Z'));
  });
});
