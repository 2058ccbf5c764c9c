import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DeadLetterV1, ProviderEvent, ProviderEventsV1 } from '@qflow/contracts';
import { bodyOf, startEvents, unixNow, type RunningEvents } from './start-events.js';

let events: RunningEvents;
beforeAll(async () => (events = await startEvents()));
afterAll(() => events.stop());

beforeEach(async () => {
  const manager = await events.messages.jetstream.jetstreamManager();
  await manager.streams.purge('PROVIDER');
  await manager.streams.purge('DEAD');
});

const storedEvents = async (): Promise<ProviderEvent[]> =>
  (await events.messages.inStream<ProviderEventsV1>('PROVIDER')).flatMap((message) => message.events);
const letters = () => events.messages.inStream<DeadLetterV1>('DEAD');

/** Posts a body as it stands, and answers what became of it. */
async function events204(body: string | Uint8Array<ArrayBuffer>): Promise<ProviderEvent[]> {
  expect((await events.post(body)).status).toBe(204);
  return storedEvents();
}

describe('the events of a post', () => {
  it('are read in every form that SendGrid is known to write', async () => {
    const timestamp = unixNow() - 60;
    const common = {
      email: 'ada@example.com',
      timestamp,
      qflow_send_id: '0195f3a2-7c1e-7b52-9d0a-3f2b8c4d5e6f',
    };
    const entries = [
      { ...common, event: 'click', url: 'https://example.com/', sg_event_id: 'a', qflow_attempt: '1' },
      { ...common, event: 'processed', category: ['a', 'b'], send_at: 0, sg_event_id: 'b', qflow_attempt: 1 },
      { ...common, event: 'processed', category: 'a', timestamp: String(timestamp), sg_event_id: 'c' },
      { ...common, event: 'deferred', attempt: '5', response: '421 later', sg_event_id: 'd' },
      { ...common, event: 'deferred', attempt: 5, response: '421 later', sg_event_id: 'e' },
      {
        ...common,
        event: 'bounce',
        type: 'blocked',
        reason: '421 slow down',
        status: '4.2.1',
        sg_event_id: 'f',
      },
      // Asynchronous: no sg_message_id, no ip.
      {
        email: 'ada@example.com',
        timestamp,
        event: 'bounce',
        type: 'bounce',
        reason: '550',
        sg_event_id: 'g',
      },
      { ...common, event: 'group_unsubscribe', asm_group_id: 7, sg_event_id: 'h' },
      { ...common, event: 'group_resubscribe', asm_group_id: 7, sg_event_id: 'i' },
      { event: 'account_status_change', type: 'compliance_suspend', timestamp, sg_event_id: 'j' },
      { ...common, event: 'levitated', height: { cm: [12, '13'] }, sg_event_id: 'k' },
    ];
    const found = await events204(bodyOf(entries));
    expect(found.map(({ id, type }) => `${id} ${type}`)).toEqual([
      'a clicked',
      'b processed',
      'c processed',
      'd deferred',
      'e deferred',
      'f blocked',
      'g bounced',
      'h unsubscribed',
      'i resubscribed',
      'j account_status',
      'k other',
    ]);
    expect(found.map(({ raw }) => raw)).toEqual(entries);
    expect(new Set(found.map(({ occurredAt }) => occurredAt))).toEqual(
      new Set([new Date(timestamp * 1000).toISOString()]),
    );
  });

  it('are the same two times over when they stand in a post two times', async () => {
    const twice = { event: 'open', sg_event_id: 'twice' };
    const nameless = { event: 'bounce', email: 'ada@example.com' };
    const found = await events204(bodyOf([twice, nameless, twice, nameless]));
    expect(found.map(({ id }) => id)).toEqual(['twice', found[1]?.id, 'twice', found[1]?.id]);
  });

  it('keep the digits of their numbers', async () => {
    const [event] = await events204(
      '[{"event":"open","sg_event_id":9007199254740993,"n":-12345678901234567890}]',
    );
    expect(event).toMatchObject({ id: '9007199254740993', raw: { n: '-12345678901234567890' } });
  });

  it('keep a field named __proto__, which decides nothing', async () => {
    const body = '[{"__proto__":{"event":"bounce","sg_event_id":"x"},"event":"open","sg_event_id":"y"}]';
    const [event] = await events204(body);
    expect(event).toMatchObject({ id: 'y', type: 'opened' });
    expect(Object.keys(event?.raw ?? {})).toContain('__proto__');
  });

  it('reach the consumer without characters that no database stores', async () => {
    const [event] = await events204(
      String.raw`[{"event":"bounce","sg_event_id":"nul","reason":"a\u0000b\ud800c","\u0000":"\udc00"}]`,
    );
    expect(event).toMatchObject({ reason: 'a\ufffdb\ufffdc', raw: { '\ufffd': '\ufffd' } });
  });

  it('may hold bytes that are no UTF-8', async () => {
    const broken = Uint8Array.from([
      ...Buffer.from('[{"event":"bounce","reason":"'),
      0xff,
      ...Buffer.from('é"}]\r\n'),
    ]);
    expect(await events204(broken)).toMatchObject([{ reason: '\ufffdé' }]);
  });
});

describe('an entry that is no event', () => {
  const good = (id: string) => ({ event: 'delivered', sg_event_id: id });

  it('goes to the DEAD stream with the reason, and nothing else does', async () => {
    const deep = JSON.parse(`{"event":"open","a":${'['.repeat(40)}${']'.repeat(40)}}`) as object;
    const large = { event: 'open', padding: 'x'.repeat(600 * 1024) };
    const body = bodyOf([
      good('a'),
      'rubbish',
      deep,
      null,
      good('b'),
      { sg_event_id: 'no name' },
      large,
      [[]],
      good('c'),
    ]);
    expect((await events204(body)).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    const found = await letters();
    expect(found.map(({ reason }) => reason).sort()).toEqual([
      'an entry of a SendGrid post has no "event" that says what happened',
      'an entry of a SendGrid post is nested deeper than 32 levels',
      'an entry of a SendGrid post is too large for a message of 524288 bytes',
      'each of 3 entries of a SendGrid post is not a JSON object',
    ]);
    const bodyWith = (reason: string) => found.find((letter) => letter.reason.includes(reason))?.body;
    expect(bodyWith('not a JSON object')).toBe('["rubbish",null,[[]]]');
    expect(bodyWith('no "event"')).toBe('[{"sg_event_id":"no name"}]');
    expect(bodyWith('nested deeper')).toBe(JSON.stringify([deep]));
    expect(bodyWith('too large')).toMatch(/^\[{"event":"open","padding":"x+\]$/);
  });

  it('is one letter however often its post is repeated, and is counted at each', async () => {
    const counted = () => events.counted('qflow_provider_malformed_entries_total');
    const before = await counted();
    const body = bodyOf([good('d'), 7]);
    await events204(body);
    await events204(body);
    expect(await letters()).toHaveLength(1);
    expect(await counted()).toBe(before + 2);
  });

  it('may be all there is in a post', async () => {
    expect(await events204(bodyOf(Array.from({ length: 3_000 }, (_, index) => index)))).toEqual([]);
    const found = await letters();
    expect(found.flatMap(({ body }) => JSON.parse(body) as number[]).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 3_000 }, (_, index) => index),
    );
  });

  it('may be nested a hundred thousand levels deep', async () => {
    const deep = `{"event":"open","sg_event_id":"deep","a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    expect(await events204(`[${deep},{"event":"open","sg_event_id":"flat"}]`)).toMatchObject([
      { id: 'flat' },
    ]);
    const [letter] = await letters();
    expect(letter?.body).toContain('"sg_event_id":"deep"');
  });
});
