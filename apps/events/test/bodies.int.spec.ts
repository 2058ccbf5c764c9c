import { randomBytes, randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ProviderEventsV1 } from '@qflow/contracts';
import { eventually } from '@qflow/testing';
import { OpenPost } from './open-post.js';
import { bodyOf, signatureOf, startEvents, type PostOptions, type RunningEvents } from './start-events.js';

const mebibyte = 1024 * 1024;

let events: RunningEvents;
beforeAll(async () => (events = await startEvents()));
afterAll(() => events.stop());

beforeEach(async () => {
  const manager = await events.messages.jetstream.jetstreamManager();
  await manager.streams.purge('PROVIDER');
});

const storedIds = async (): Promise<string[]> =>
  (await events.messages.inStream<ProviderEventsV1>('PROVIDER')).flatMap((message) =>
    message.events.map(({ id }) => id),
  );
const refused = (reason: string) =>
  events.counted('qflow_provider_posts_refused_total', `{reason="${reason}"}`);
let body: string;
beforeEach(() => {
  // The stream would drop an id that it knows.
  body = bodyOf([{ event: 'open', sg_event_id: randomUUID() }]);
});
const idsOf = (text: string) =>
  (JSON.parse(text) as { sg_event_id: string }[]).map((entry) => entry.sg_event_id);
const zipped = (what: string | Buffer): PostOptions => ({
  sent: Uint8Array.from(gzipSync(what)),
  headers: { 'Content-Encoding': 'gzip' },
});
const streamOf = (...parts: (string | Uint8Array)[]) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (const part of parts) controller.enqueue(Buffer.from(part));
      controller.close();
    },
  });

describe('a body', () => {
  it.each<[string, () => PostOptions]>([
    ['may have any content type', () => ({ headers: { 'Content-Type': 'text/plain;charset=latin1' } })],
    ['may have an empty content type', () => ({ headers: { 'Content-Type': '' } })],
    ['may have a content type that is none', () => ({ headers: { 'Content-Type': 'events!' } })],
    ['may say that it is as it is', () => ({ headers: { 'Content-Encoding': 'identity' } })],
    ['may come in chunks', () => ({ sent: streamOf(body.slice(0, 1), body.slice(1, 20), body.slice(20)) })],
    ['may be packed', () => zipped(body)],
    ['may be packed by an old name', () => ({ ...zipped(body), headers: { 'Content-Encoding': 'X-Gzip' } })],
    [
      'may be packed in two members',
      () => ({ ...zipped(''), sent: streamOf(gzipSync(body.slice(0, 9)), gzipSync(body.slice(9))) }),
    ],
  ])('%s', async (_, options) => {
    expect((await events.post(body, options())).status).toBe(204);
    expect(await storedIds()).toEqual(idsOf(body));
  });

  it('may come byte by byte, without a content type', async () => {
    const post = new OpenPost(events.url, signatureOf(body, events.keys[0]));
    for (const byte of Buffer.from(body)) post.send(Uint8Array.of(byte));
    expect((await post.end()).status).toBe(204);
    expect(await storedIds()).toEqual(idsOf(body));
  });

  it.each([
    ['as large as SendGrid gathers', 768 * 1024],
    ['somewhat larger', 1_000_000],
    ['as large as it may be', 2 * mebibyte],
  ])('may be %s, packed or not', async (_, size) => {
    const entry = (padding: string) => ({ event: 'open', sg_event_id: `of ${size}`, padding });
    const entries = Array.from({ length: 8 }, () => entry('x'.repeat(Math.floor(size / 9))));
    const rest = size - bodyOf([...entries, entry('')]).length;
    const large = bodyOf([...entries, entry('x'.repeat(rest))]);
    expect(large).toHaveLength(size);
    expect((await events.post(large)).status).toBe(204);
    expect((await events.post(large, zipped(large))).status).toBe(204);
    expect(new Set(await storedIds())).toEqual(new Set([`of ${size}`]));
  });
});

describe('a body that is too large', () => {
  const large = Buffer.alloc(2 * mebibyte + 1, ' ');
  const bomb = gzipSync(Buffer.alloc(64 * mebibyte));

  it.each<[string, PostOptions]>([
    ['by what it says', { sent: Uint8Array.from(large) }],
    ['by what comes', { sent: streamOf(large.subarray(0, mebibyte), large.subarray(mebibyte)) }],
    ['once it is unpacked', zipped(large)],
    ['a thousand times once it is unpacked', { ...zipped(''), sent: Uint8Array.from(bomb) }],
    [
      'packed, too',
      { ...zipped(''), sent: streamOf(randomBytes(mebibyte), randomBytes(mebibyte), randomBytes(1)) },
    ],
  ])('%s is refused with 413', async (_, options) => {
    const before = await refused('payload_too_large');
    const answer = await events.post(Uint8Array.from(large), options);
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({
      code: 'payload_too_large',
      detail: 'A post may have 2 MiB at the most, also once it is unpacked.',
    });
    expect(await refused('payload_too_large')).toBe(before + 1);
    expect(await storedIds()).toEqual([]);
  });
});

describe('a body that is not what its headers say', () => {
  it.each<[string, number, () => PostOptions]>([
    ['is not packed', 400, () => ({ headers: { 'Content-Encoding': 'gzip' } })],
    ['breaks off', 400, () => ({ ...zipped(''), sent: Uint8Array.from(gzipSync(body).subarray(0, -9)) })],
    ['is packed in another way', 415, () => ({ headers: { 'Content-Encoding': 'br' } })],
    ['is packed twice', 415, () => ({ headers: { 'Content-Encoding': 'gzip, gzip' } })],
  ])('is refused when it %s', async (_, status, options) => {
    const answer = await events.post(body, options());
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toMatch('application/problem+json');
    expect(await storedIds()).toEqual([]);
  });

  it('is refused as unauthentic when what was packed is not what was signed', async () => {
    expect((await events.post(body, zipped(`${body} `))).status).toBe(401);
  });
});

it('gives the room of a post back when it breaks off', async () => {
  const inHand = () => events.counted('qflow_provider_posts_in_hand_bytes');
  const post = new OpenPost(events.url, signatureOf(body, events.keys[0]));
  post.send(body.slice(0, 10));
  await eventually(async () => (await inHand()) === 2 * mebibyte);
  post.breakOff();
  await eventually(async () => (await inHand()) === 0);
  expect(await storedIds()).toEqual([]);
});
