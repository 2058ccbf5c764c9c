import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { EventPoster, type PosterOptions } from './event-poster.js';
import type { PostOutcome } from './event-webhook.js';
import type { QueuedEvent } from './queued-event.js';
import { RETRY_HORIZON_MS } from './retry-delay.js';

const accepted: PostOutcome = { kind: 'accepted', status: 200 };
const refused: PostOutcome = { kind: 'refused', status: 500 };

/** A webhook whose answers the test gives, and what it was posted: the numbers of the events, post by post. */
class ScriptedWebhook {
  readonly posts: number[][] = [];
  private readonly open: ((outcome: PostOutcome) => void)[] = [];
  outcome: PostOutcome | null = null;

  post = (body: Buffer): Promise<PostOutcome> => {
    this.posts.push(JSON.parse(body.toString()) as number[]);
    if (this.outcome) return Promise.resolve(this.outcome);
    return new Promise((resolve) => this.open.push(resolve));
  };

  answer(outcome: PostOutcome): void {
    this.open.shift()?.(outcome);
  }
}

const quiet = { info: () => undefined, warn: () => undefined, debug: () => undefined };
const queued = (...numbers: number[]): QueuedEvent[] =>
  numbers.map((number) => ({
    json: `${number}`,
    bytes: `${number}`.length,
    record: { state: 'queued', attempts: 0 },
  }));

function posterFor(webhook: ScriptedWebhook, options: Partial<PosterOptions> = {}): EventPoster {
  return new EventPoster({
    post: webhook.post,
    arrange: () => undefined,
    log: quiet,
    concurrency: 2,
    gap: 0,
    retry: { first: 500, longest: 30_000 },
    capacity: 100,
    ...options,
  });
}

describe('EventPoster', () => {
  let webhook: ScriptedWebhook;

  beforeEach(() => {
    jest.useFakeTimers();
    webhook = new ScriptedWebhook();
  });
  afterEach(() => {
    jest.useRealTimers();
  });
  const pass = (ms = 0): Promise<void> => jest.advanceTimersByTimeAsync(ms);

  it('posts at once what came together', async () => {
    const poster = posterFor(webhook);
    poster.enqueue(queued(1));
    poster.enqueue(queued(2, 3));
    await pass();
    expect(webhook.posts).toEqual([[1, 2, 3]]);
    expect(poster.stats()).toEqual({ queued: 3, posted: 0, failed: 0 });
  });

  it('gathers what comes while all posts are under way, and posts it together', async () => {
    const poster = posterFor(webhook);
    for (const number of [1, 2, 3, 4]) {
      poster.enqueue(queued(number));
      await pass();
    }
    expect(webhook.posts).toEqual([[1], [2]]);
    webhook.answer(accepted);
    await pass();
    expect(webhook.posts).toEqual([[1], [2], [3, 4]]);
  });

  it('gathers what comes within the gap after a post', async () => {
    webhook.outcome = accepted;
    const poster = posterFor(webhook, { gap: 5 });
    poster.enqueue(queued(1));
    await pass();
    poster.enqueue(queued(2));
    await pass(2);
    poster.enqueue(queued(3));
    await pass(2);
    expect(webhook.posts).toEqual([[1]]);
    await pass(1);
    expect(webhook.posts).toEqual([[1], [2, 3]]);
    expect(poster.stats()).toEqual({ queued: 0, posted: 3, failed: 0 });
  });

  it('repeats a batch with growing gaps until it is accepted, and keeps its record', async () => {
    webhook.outcome = refused;
    const poster = posterFor(webhook);
    const events = queued(1);
    poster.enqueue(events);
    await pass();
    for (const gap of [500, 1000, 2000]) {
      await pass(gap - 1);
      const before = webhook.posts.length;
      await pass(1);
      expect(webhook.posts).toHaveLength(before + 1);
    }
    expect(events[0]?.record).toEqual({ state: 'queued', attempts: 4 });
    webhook.outcome = accepted;
    await pass(4000);
    expect(webhook.posts).toEqual([[1], [1], [1], [1], [1]]);
    expect(events[0]?.record).toEqual({ state: 'posted', attempts: 5 });
    expect(poster.stats()).toEqual({ queued: 0, posted: 1, failed: 0 });
  });

  it('treats a webhook that cannot be reached like one that refuses', async () => {
    webhook.outcome = { kind: 'unreachable', reason: 'connect ECONNREFUSED' };
    const poster = posterFor(webhook);
    poster.enqueue(queued(1));
    await pass();
    webhook.outcome = accepted;
    await pass(500);
    expect(poster.stats()).toMatchObject({ queued: 0, posted: 1 });
  });

  it('lets fresh events gather during an outage', async () => {
    webhook.outcome = refused;
    const poster = posterFor(webhook);
    poster.enqueue(queued(1));
    await pass();
    for (const number of [2, 3, 4]) {
      poster.enqueue(queued(number));
      await pass(100);
    }
    expect(webhook.posts).toEqual([[1]]);
    webhook.outcome = accepted;
    await pass(200);
    expect(webhook.posts).toEqual([[1], [1], [2, 3, 4]]);
  });

  it('does not let one batch that is refused for ever hold up the others', async () => {
    const poster = posterFor(webhook, {
      post: (body) => webhook.post(body).then((outcome) => (body.includes('666') ? refused : outcome)),
    });
    webhook.outcome = accepted;
    poster.enqueue(queued(666));
    await pass();
    poster.enqueue(queued(1));
    await pass(60_000);
    expect(poster.stats()).toMatchObject({ queued: 1, posted: 1 });
  });

  it('gives a batch up after 24 hours', async () => {
    webhook.outcome = refused;
    const poster = posterFor(webhook);
    const events = queued(1);
    poster.enqueue(events);
    await pass(RETRY_HORIZON_MS - 60_000);
    expect(poster.stats()).toEqual({ queued: 1, posted: 0, failed: 0 });
    await pass(120_000);
    expect(poster.stats()).toEqual({ queued: 0, posted: 0, failed: 1 });
    expect(events[0]?.record.state).toBe('failed');
    expect(poster.hasRoom(100)).toBe(true);
  });

  it('knows when it is full, and when there is room again', async () => {
    const poster = posterFor(webhook, { capacity: 3 });
    expect(poster.hasRoom(1000)).toBe(true);
    poster.enqueue(queued(1, 2));
    expect(poster.hasRoom(1)).toBe(true);
    expect(poster.hasRoom(2)).toBe(false);
    await pass();
    webhook.answer(accepted);
    await pass();
    expect(poster.hasRoom(3)).toBe(true);
  });

  it('arranges the events of a post before the first attempt only', async () => {
    webhook.outcome = refused;
    const poster = posterFor(webhook, { arrange: (events) => events.reverse() });
    poster.enqueue(queued(1, 2, 3));
    await pass(500);
    expect(webhook.posts).toEqual([
      [3, 2, 1],
      [3, 2, 1],
    ]);
  });

  it('starts counting anew without forgetting what is queued', async () => {
    const poster = posterFor(webhook, { concurrency: 1 });
    poster.enqueue(queued(1));
    await pass();
    webhook.answer(accepted);
    await pass();
    poster.enqueue(queued(2));
    poster.resetCounts();
    expect(poster.stats()).toEqual({ queued: 1, posted: 0, failed: 0 });
  });

  it('forgets on a reset what waits, and lets what is under way end without repeating it', async () => {
    const poster = posterFor(webhook, { concurrency: 1 });
    poster.enqueue(queued(1));
    await pass();
    webhook.answer(refused);
    await pass();
    poster.enqueue(queued(2, 3));
    await pass(500);
    expect(webhook.posts).toEqual([[1], [1]]);
    const reset = poster.reset();
    webhook.answer(refused);
    await reset;
    expect(poster.stats()).toEqual({ queued: 0, posted: 0, failed: 0 });
    expect(poster.hasRoom(100)).toBe(true);
    await pass(60_000);
    expect(webhook.posts).toEqual([[1], [1]]);
    // The outage is forgotten too: nothing holds back what comes now.
    poster.enqueue(queued(4));
    await pass();
    expect(webhook.posts).toEqual([[1], [1], [4]]);
  });

  it('stops with the posts under way finished, and says what is left', async () => {
    const poster = posterFor(webhook, { concurrency: 1 });
    poster.enqueue(queued(1));
    await pass();
    poster.enqueue(queued(2, 3));
    await pass();
    const closing = poster.close();
    webhook.answer(accepted);
    await expect(closing).resolves.toBe(2);
    await pass(60_000);
    expect(webhook.posts).toEqual([[1]]);
  });
});
