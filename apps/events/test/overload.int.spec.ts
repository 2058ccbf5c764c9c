import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { ProviderEventsV1 } from '@qflow/contracts';
import { eventually } from '@qflow/testing';
import { OpenPost } from './open-post.js';
import { bodyOf, signatureOf, startEvents, type RunningEvents } from './start-events.js';

const mebibyte = 1024 * 1024;

let events: RunningEvents;
beforeAll(async () => (events = await startEvents()));
afterAll(() => events.stop());

const inHand = () => events.counted('qflow_provider_posts_in_hand_bytes');
const refused = () => events.counted('qflow_provider_posts_refused_total', '{reason="overloaded"}');
const storedIds = async (): Promise<string[]> =>
  (await events.messages.inStream<ProviderEventsV1>('PROVIDER')).flatMap((message) =>
    message.events.map(({ id }) => id),
  );

it('says no at once while it has its hands full, and says so in /health', async () => {
  const body = bodyOf([{ event: 'open', sg_event_id: randomUUID() }]);
  const headers = { ...signatureOf(body, events.keys[0]), 'Content-Length': String(2 * mebibyte) };
  const slow = Array.from({ length: 16 }, () => new OpenPost(events.url, headers));
  await eventually(async () => (await inHand()) === 32 * mebibyte);

  const before = await refused();
  const answer = await events.post(body);
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
  expect(await answer.json()).toMatchObject({
    code: 'unavailable',
    detail: 'Too many posts are waiting to be stored. Repeat the post.',
  });
  expect(await refused()).toBe(before + 1);
  const health = await fetch(`${events.url}/health`);
  expect([health.status, await health.json()]).toMatchObject([
    200,
    { details: { posts: { status: 'degraded', bytesInHand: 32 * mebibyte } } },
  ]);
  // Whoever is not SendGrid learns nothing of it.
  expect((await events.post(body, { signed: false })).status).toBe(401);

  for (const post of slow) post.breakOff();
  await eventually(async () => (await inHand()) === 0);
  expect((await events.post(body)).status).toBe(204);
  const healthy = (await (await fetch(`${events.url}/health`)).json()) as object;
  expect(healthy).toMatchObject({ details: { posts: { status: 'up' } } });
});

it('takes what it can hold of many large posts at once, and the rest when it is repeated', async () => {
  const posts = Array.from({ length: 30 }, () => {
    const id = randomUUID();
    const padding = { event: 'open', padding: 'x'.repeat(400_000) };
    return { id, body: bodyOf([{ event: 'open', sg_event_id: id }, padding, padding]) };
  });
  const taken = async ({ body }: { body: string }): Promise<boolean> => {
    const { status } = await events.post(body);
    expect([204, 503]).toContain(status);
    return status === 204;
  };
  const first = await Promise.all(posts.map(taken));
  const stored = new Set(await storedIds());
  for (const [index, { id }] of posts.entries()) if (first[index]) expect(stored).toContain(id);
  expect(first).toContain(true);
  for (const post of posts) await eventually(() => taken(post));
  const all = await storedIds();
  expect(posts.filter(({ id }) => all.filter((one) => one === id).length === 1)).toHaveLength(30);
  expect(await inHand()).toBe(0);
});

it('refuses posts while the stream is full', async () => {
  const manager = await events.messages.jetstream.jetstreamManager();
  const body = bodyOf([{ event: 'open', sg_event_id: randomUUID() }, 'rubbish']);
  await manager.streams.update('PROVIDER', { max_bytes: 1 });
  const answer = await events.post(body);
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
  expect(await answer.json()).toMatchObject({
    code: 'unavailable',
    detail: 'The events cannot be stored right now. Repeat the post.',
  });
  await manager.streams.update('PROVIDER', { max_bytes: -1 });
  expect((await events.post(body)).status).toBe(204);
  expect(await events.messages.inStream('DEAD')).toHaveLength(1);
});
