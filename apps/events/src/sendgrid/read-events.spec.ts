import { describe, expect, it } from '@jest/globals';
import { readEvents } from './read-events.js';

const receivedAt = '2026-04-29T10:23:00.000Z';

/** `{"event":"open","a":{"a":…}}`, as text: JSON.stringify could not write the deep ones. */
const nested = (levels: number): unknown =>
  JSON.parse(`{"event":"open","a":${'{"a":'.repeat(levels - 1)}1${'}'.repeat(levels)}`);

describe('readEvents', () => {
  it('keeps events and malformed entries apart, in order', () => {
    const entries = [{ event: 'open' }, null, 'bounce', { event: 'click' }, [], 7];
    const { events, malformed } = readEvents(entries, receivedAt);
    expect(events.map(({ event }) => event.type)).toEqual(['opened', 'clicked']);
    expect(malformed).toEqual([
      { entry: null, reason: 'is not a JSON object' },
      { entry: 'bounce', reason: 'is not a JSON object' },
      { entry: [], reason: 'is not a JSON object' },
      { entry: 7, reason: 'is not a JSON object' },
    ]);
  });

  it.each([undefined, null, '', ' ', 7, ['open'], { name: 'open' }])(
    'refuses an entry whose event is %j',
    (event) => {
      const entry = { event, sg_event_id: 'x', email: 'ada@example.com' };
      expect(readEvents([entry], receivedAt)).toEqual({
        events: [],
        malformed: [{ entry, reason: 'has no "event" that says what happened' }],
      });
    },
  );

  it('writes each event once, as it travels', () => {
    const { events } = readEvents([{ event: 'open', sg_event_id: 'é' }], receivedAt);
    expect(events.map(({ json }) => JSON.parse(json) as unknown)).toEqual(events.map(({ event }) => event));
  });

  it('refuses an entry that would not fit in a message', () => {
    const { events, malformed } = readEvents(
      [{ event: 'open', padding: 'x'.repeat(600 * 1024) }],
      receivedAt,
    );
    expect(events).toEqual([]);
    expect(malformed.map(({ reason }) => reason)).toEqual(['is too large for a message of 524288 bytes']);
  });

  it.each([33, 100_000])('refuses an entry nested %i levels deep', (levels) => {
    const { malformed } = readEvents([nested(levels)], receivedAt);
    expect(malformed.map(({ reason }) => reason)).toEqual(['is nested deeper than 32 levels']);
  });

  it('takes an entry that is nested as deep as allowed', () => {
    expect(readEvents([nested(32)], receivedAt).events).toHaveLength(1);
  });
});
