import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { eventually } from '@qflow/testing';
import { OpenPost } from './open-post.js';
import { bodyOf, signatureOf, startEvents, type RunningEvents } from './start-events.js';

let events: RunningEvents;
beforeAll(async () => (events = await startEvents({ REQUEST_TIMEOUT_SECONDS: '1' })));
afterAll(() => events.stop());

const body = bodyOf([{ event: 'open', sg_event_id: 'slow' }]);
const inHand = () => events.counted('qflow_provider_posts_in_hand_bytes');

it('cuts off a post that does not arrive in time, and nothing is left of it', async () => {
  const refused = () => events.counted('qflow_provider_posts_refused_total', '{reason="unreadable_body"}');
  const before = await refused();
  const post = new OpenPost(events.url, { ...signatureOf(body, events.keys[0]), 'Content-Length': '700000' });
  post.send(body.slice(0, 10));
  expect(await post.answer).toMatchObject({ status: 408 });
  await post.closed;
  await eventually(async () => (await inHand()) === 0);
  expect(await refused()).toBe(before + 1);
  expect(await events.messages.inStream('PROVIDER')).toEqual([]);
});

it('cuts off a post that goes on after it was refused', async () => {
  const post = new OpenPost(events.url, { 'Content-Length': '700000' });
  post.send('never to be read');
  expect(await post.answer).toMatchObject({
    status: 401,
    headers: { connection: 'keep-alive' },
    body: { code: 'unauthorized' },
  });
  await post.closed;
});
