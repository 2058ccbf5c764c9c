import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ProviderEventsV1 } from '@qflow/contracts';
import { mintSendgridKeyPair } from '@qflow/signing';
import { bodyOf, startEvents, unixNow, type PostOptions, type RunningEvents } from './start-events.js';

const sendId = '0195f3a2-7c1e-7b52-9d0a-3f2b8c4d5e6f';
let next = 0;

/** An entry as SendGrid writes it, with an id of its own. */
const entry = (values: Record<string, unknown> = {}) => ({
  email: 'ada@example.com',
  timestamp: unixNow(),
  event: 'delivered',
  sg_event_id: `event-${++next}`,
  sg_message_id: '14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.0',
  qflow_send_id: sendId,
  qflow_attempt: '1',
  ...values,
});

let events: RunningEvents;
beforeAll(async () => (events = await startEvents()));
afterAll(() => events.stop());

beforeEach(async () => {
  const manager = await events.messages.jetstream.jetstreamManager();
  await manager.streams.purge('PROVIDER');
  await manager.streams.purge('DEAD');
});

const stored = () => events.messages.inStream<ProviderEventsV1>('PROVIDER');
const refused = (reason: string) =>
  events.counted('qflow_provider_posts_refused_total', `{reason="${reason}"}`);

describe('an authentic post', () => {
  it('is on the stream, in our terms, once it is answered', async () => {
    const entries = [
      entry({ event: 'processed', category: ['tickets', 'gala'] }),
      entry({ event: 'bounce', type: 'blocked', reason: '421 slow down' }),
      entry({ event: 'click', url: 'https://example.com/', qflow_attempt: 2 }),
    ];
    const answer = await events.post(bodyOf(entries));
    expect([answer.status, await answer.text()]).toEqual([204, '']);
    const [message, ...more] = await stored();
    expect(more).toEqual([]);
    expect(message).toMatchObject({ kind: 'provider.events', version: 1, provider: 'sendgrid' });
    expect(message?.events).toMatchObject([
      { id: entries[0]?.sg_event_id, type: 'processed', sendId, attempt: 1, raw: entries[0] },
      { type: 'blocked', reason: '421 slow down', raw: entries[1] },
      { type: 'clicked', url: 'https://example.com/', attempt: 2, raw: entries[2] },
    ]);
  });

  it('may be signed with the second key', async () => {
    const answer = await events.post(bodyOf([entry()]), { key: events.keys[1] });
    expect(answer.status).toBe(204);
    expect(await stored()).toHaveLength(1);
  });

  it.each([-89_900, 89_900])('may be signed by a clock that is %i s ahead of ours', async (ahead) => {
    const answer = await events.post(bodyOf([entry()]), { timestamp: unixNow() + ahead });
    expect(answer.status).toBe(204);
  });

  it('is one message however often it is posted', async () => {
    const body = bodyOf([entry(), entry()]);
    const answers = [await events.post(body), await events.post(body, { timestamp: unixNow() - 30 })];
    const atOnce = await Promise.all(Array.from({ length: 5 }, () => events.post(body)));
    expect([...answers, ...atOnce].map(({ status }) => status)).toEqual(Array(7).fill(204));
    expect(await stored()).toHaveLength(1);
  });

  it.each([1, 200, 201, 1_000, 6_000])('may hold %i events', async (count) => {
    const entries = Array.from({ length: count }, () => entry());
    expect((await events.post(bodyOf(entries))).status).toBe(204);
    const messages = await stored();
    expect(messages.map((message) => message.events.length)).toHaveLength(Math.ceil(count / 200));
    const ids = messages.flatMap((message) => message.events.map(({ id }) => id));
    expect(ids.sort()).toEqual(entries.map(({ sg_event_id }) => sg_event_id).sort());
  });

  it('may be as large as SendGrid makes them', async () => {
    const entries = Array.from({ length: 300 }, () => entry({ padding: 'x'.repeat(2_300) }));
    const body = bodyOf(entries);
    expect(body.length).toBeGreaterThan(768 * 1024 - 20_000);
    expect((await events.post(body)).status).toBe(204);
    expect((await stored()).flatMap((message) => message.events)).toHaveLength(300);
  });

  it('may hold nothing', async () => {
    expect((await events.post(bodyOf([]))).status).toBe(204);
    expect(await stored()).toEqual([]);
  });

  it('is counted by type', async () => {
    const counted = () => events.counted('qflow_provider_events_total', '{type="spam_reported"}');
    const before = await counted();
    await events.post(bodyOf([entry({ event: 'spamreport' }), entry({ event: 'spamreport' })]));
    expect(await counted()).toBe(before + 2);
  });
});

describe('a post that is not authentic', () => {
  const body = bodyOf([entry()]);
  const tampered = body.replace('delivered', 'bounce');

  it.each<[string, string, PostOptions]>([
    ['is unsigned', 'missing_signature', { signed: false }],
    ['is signed with another key', 'signature_mismatch', { key: mintSendgridKeyPair() }],
    ['is too old', 'timestamp_out_of_window', { timestamp: unixNow() - 90_001 }],
    ['is from the future', 'timestamp_out_of_window', { timestamp: unixNow() + 91_000 }],
    ['was changed on the way', 'signature_mismatch', { sent: tampered }],
    ['lost its line end', 'signature_mismatch', { sent: body.trimEnd() }],
    ['has no body', 'signature_mismatch', { sent: '' }],
    [
      'has the time of another',
      'signature_mismatch',
      { headers: { 'X-Twilio-Email-Event-Webhook-Timestamp': String(unixNow() + 60) } },
    ],
    [
      'has a time that is none',
      'malformed_header',
      { headers: { 'X-Twilio-Email-Event-Webhook-Timestamp': 'now' } },
    ],
    ['has no time', 'missing_signature', { headers: { 'X-Twilio-Email-Event-Webhook-Timestamp': '' } }],
    [
      'has a signature that is none',
      'malformed_header',
      { headers: { 'X-Twilio-Email-Event-Webhook-Signature': '***' } },
    ],
  ])('leaves no trace but a counter when it %s', async (_, reason, options) => {
    const before = await refused(reason);
    const answer = await events.post(body, options);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('content-type')).toMatch('application/problem+json');
    expect(answer.headers.get('www-authenticate')).toBe('Twilio-Email-Event-Webhook-Signature');
    expect(await answer.json()).toEqual({
      type: 'urn:qflow:problem:unauthorized',
      title: 'The post is not signed by the provider',
      status: 401,
      detail: 'The signature of this post is missing, wrong or too old.',
      instance: answer.headers.get('x-request-id'),
      code: 'unauthorized',
    });
    expect(await refused(reason)).toBe(before + 1);
    expect(await stored()).toEqual([]);
    expect(await events.messages.inStream('DEAD')).toEqual([]);
  });
});

describe('a post that cannot be read', () => {
  it.each([
    ['is not JSON', 'delivered'],
    ['is not an array', '{"event":"open"}'],
    ['is nothing', 'null'],
    ['is a text', '"[]"'],
    ['is empty but for its line end', '\r\n'],
    ['holds a NUL byte', '[{"event":"open","reason":"\0"}]'],
    ['breaks off', '[{"event":"open"},'],
    ['is nested without end', '['.repeat(500_000)],
  ])('is refused although it is signed when it %s', async (_, body) => {
    const answer = await events.post(body);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'validation_error', errors: [{ path: '/' }] });
    expect(await stored()).toEqual([]);
  });
});

describe('the rest of the service', () => {
  it('answers other methods and addresses with problem documents', async () => {
    const wrongMethod = await fetch(`${events.url}/ingest/sendgrid`);
    expect([wrongMethod.status, wrongMethod.headers.get('allow')]).toEqual([405, 'POST']);
    expect(await wrongMethod.json()).toMatchObject({ code: 'method_not_allowed' });
    const elsewhere = await fetch(`${events.url}/ingest/elsewhere`, { method: 'POST', body: '{' });
    expect([elsewhere.status, await elsewhere.json()]).toMatchObject([404, { code: 'not_found' }]);
  });

  it('is ready while NATS is there', async () => {
    expect((await fetch(`${events.url}/health/ready`)).status).toBe(200);
  });
});
