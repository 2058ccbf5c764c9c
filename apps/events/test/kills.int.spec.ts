import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ProviderEventsV1 } from '@qflow/contracts';
import { mintSendgridKeyPair } from '@qflow/signing';
import { eventually, testNats, TestMessages, type TestNats } from '@qflow/testing';
import { EventsProcess } from './events-process.js';
import { bodyOf, signatureOf } from './start-events.js';

const key = mintSendgridKeyPair();

let nats: TestNats;
let events: EventsProcess;
const start = () => EventsProcess.start({ NATS_URL: nats.url, SENDGRID_WEBHOOK_PUBLIC_KEYS: key.publicKey });

beforeAll(async () => {
  nats = await testNats();
  events = await start();
});
afterAll(async () => {
  await events.kill();
  await nats.stop();
});

interface Post {
  ids: string[];
  body: string;
}

const newPost = (): Post => {
  const ids = Array.from({ length: 50 }, () => randomUUID());
  return { ids, body: bodyOf(ids.map((sg_event_id) => ({ event: 'delivered', sg_event_id }))) };
};

/** Whether the post was taken. No answer at all, or 503, is a no; anything else is wrong. */
async function taken({ body }: Post): Promise<boolean> {
  const headers = signatureOf(body, key);
  const answer = await fetch(`${events.url}/ingest/sendgrid`, { method: 'POST', headers, body }).catch(
    () => null,
  );
  if (answer) expect([204, 503]).toContain(answer.status);
  return answer?.status === 204;
}

/** Posts from several places at once, and kills in the middle of it. */
async function postsAround(kill: () => Promise<void>): Promise<{ posts: Post[]; acknowledged: Post[] }> {
  const posts: Post[] = [];
  const acknowledged: Post[] = [];
  let killed: Promise<void> | undefined;
  const lane = async (): Promise<void> => {
    for (let failures = 0; failures < 3;) {
      const post = newPost();
      posts.push(post);
      if (await taken(post)) acknowledged.push(post);
      else failures++;
      if (acknowledged.length >= 30) killed ??= kill();
    }
  };
  await Promise.all(Array.from({ length: 8 }, lane));
  await killed;
  return { posts, acknowledged };
}

async function storedIds(): Promise<string[]> {
  const messages = await TestMessages.connect(nats.url);
  const stored = await messages.inStream<ProviderEventsV1>('PROVIDER');
  await messages.close();
  return stored.flatMap((message) => message.events.map(({ id }) => id));
}

async function expectStored(posts: readonly Post[]): Promise<void> {
  const stored = new Set(await storedIds());
  expect(posts.flatMap(({ ids }) => ids).filter((id) => !stored.has(id))).toEqual([]);
}

describe('what was answered with 204', () => {
  it('is stored though the service is killed in the middle, and repetitions complete the rest', async () => {
    const { posts, acknowledged } = await postsAround(() => events.kill());
    await expectStored(acknowledged);
    events = await start();
    for (const post of posts) expect(await taken(post)).toBe(true);
    await expectStored(posts);
  });

  it('is stored though NATS is killed in the middle, and repetitions complete the rest', async () => {
    const { posts, acknowledged } = await postsAround(() => nats.kill());
    await nats.restart();
    await eventually(() => taken(posts[0] as Post));
    await expectStored(acknowledged);
    for (const post of posts) await eventually(() => taken(post));
    await expectStored(posts);
  });

  it('is there once, whatever was repeated in between', async () => {
    const ids = await storedIds();
    expect(new Set(ids).size).toBe(ids.length);
  });
});
