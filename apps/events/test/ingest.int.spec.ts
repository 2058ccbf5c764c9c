import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import type { DeadLetterV1, ProviderEventsV1 } from '@qflow/contracts';
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

  it('is one message however often it is posted', async () => {
    const body = bodyOf([entry(), entry()]);
    const answers = [await events.post(body), await events.post(body, { timestamp: unixNow() - 30 })];
    const atOnce = await Promise.all(Array.from({ length: 5 }, () => events.post(body)));
    expect([...answers, ...atOnce].map(({ status }) => status)).toEqual(Array(7).fill(204));
    expect(await stored()).toHaveLength(1);
  });

  it('may hold a thousand events', async () => {
    const entries = Array.from({ length: 1_000 }, () => entry());
    expect((await events.post(bodyOf(entries))).status).toBe(204);
    const messages = await stored();
    expect(messages.map((message) => message.events.length)).toEqual([200, 200, 200, 200, 200]);
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

  it('may have any content type, and may be compressed', async () => {
    const body = bodyOf([entry()]);
    const zipped = { 'Content-Encoding': 'gzip', 'Content-Type': 'text/plain' };
    const answer = await events.post(body, { sent: Uint8Array.from(gzipSync(body)), headers: zipped });
    expect(answer.status).toBe(204);
    expect(await stored()).toHaveLength(1);
  });

  it('loses an entry that is no event to the DEAD stream, and nothing else', async () => {
    const good = [entry(), entry()];
    expect((await events.post(bodyOf([good[0], 'rubbish', null, good[1]]))).status).toBe(204);
    expect((await stored()).flatMap((message) => message.events.map(({ id }) => id))).toEqual(
      good.map(({ sg_event_id }) => sg_event_id),
    );
    expect(await events.messages.inStream<DeadLetterV1>('DEAD')).toMatchObject([
      {
        origin: 'PROVIDER',
        reason: 'each of 2 entries of a SendGrid post is not a JSON object',
        body: '["rubbish",null]',
      },
    ]);
  });

  it('reaches the consumer without characters that no database stores', async () => {
    await events.post(
      String.raw`[{"event":"bounce","sg_event_id":"nul","reason":"a\u0000b\ud800c"}]` + '\r\n',
    );
    expect((await stored())[0]?.events[0]).toMatchObject({ id: 'nul', reason: 'a\ufffdb\ufffdc' });
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
    ['is too old', 'timestamp_out_of_window', { timestamp: unixNow() - 91_000 }],
    ['is from the future', 'timestamp_out_of_window', { timestamp: unixNow() + 91_000 }],
    ['was changed on the way', 'signature_mismatch', { sent: tampered }],
    ['lost its line end', 'signature_mismatch', { sent: body.trimEnd() }],
    ['has no body', 'signature_mismatch', { sent: '' }],
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
    ['is not an array', 'null'],
    ['breaks off', '[{"event":"open"},'],
    ['is nested without end', '['.repeat(500_000)],
  ])('is refused although it is signed when it %s', async (_, body) => {
    const answer = await events.post(body);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'validation_error', errors: [{ path: '/' }] });
    expect(await stored()).toEqual([]);
  });

  it.each<[string, PostOptions]>([
    ['as sent', {}],
    [
      'once unpacked',
      {
        sent: Uint8Array.from(gzipSync(Buffer.alloc(5 * 1024 * 1024))),
        headers: { 'Content-Encoding': 'gzip' },
      },
    ],
  ])('is not even read when it is larger than 1 MiB %s', async (_, options) => {
    const before = await refused('payload_too_large');
    const answer = await events.post(bodyOf([entry({ padding: 'x'.repeat(1024 * 1024) })]), options);
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({ code: 'payload_too_large' });
    expect(await refused('payload_too_large')).toBe(before + 1);
  });

  it('is refused when it is not what its encoding says', async () => {
    const answer = await events.post(bodyOf([]), { headers: { 'Content-Encoding': 'gzip' } });
    expect([answer.status, await answer.json()]).toMatchObject([400, { code: 'validation_error' }]);
    const other = await events.post(bodyOf([]), { headers: { 'Content-Encoding': 'br' } });
    expect([other.status, await other.json()]).toMatchObject([415, { code: 'unsupported_media_type' }]);
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
