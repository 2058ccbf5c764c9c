import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type EventChance, EventOutlet } from './event-outlet.js';
import { EventPoster } from './event-poster.js';
import type { QueuedEvent } from './queued-event.js';

const event = (name: string): QueuedEvent => ({
  json: `"${name}"`,
  bytes: 10,
  record: { state: 'queued', attempts: 0 },
});
const quiet = { info: () => undefined, warn: () => undefined, debug: () => undefined };

describe('EventOutlet', () => {
  let posts: string[][];
  let chance: { duplicates: boolean[]; delays: number[] };
  let poster: EventPoster;

  beforeEach(() => {
    jest.useFakeTimers();
    posts = [];
    chance = { duplicates: [], delays: [] };
    poster = new EventPoster({
      post: (body) => {
        posts.push(JSON.parse(body.toString()) as string[]);
        return Promise.resolve({ kind: 'accepted', status: 200 });
      },
      arrange: () => undefined,
      log: quiet,
      concurrency: 1,
      gap: 0,
      retry: { first: 1, longest: 1 },
      capacity: 100,
    });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  const drawn = (): EventChance => ({
    drawDuplicate: () => chance.duplicates.shift() ?? false,
    drawDelay: () => chance.delays.shift() ?? 0,
  });
  const outletOf = (to: EventPoster | null = poster): EventOutlet => new EventOutlet(to, drawn(), 100);
  const pass = (ms = 0): Promise<void> => jest.advanceTimersByTimeAsync(ms);

  it('posts what it is given', async () => {
    outletOf().send([event('a'), event('b')]);
    await pass();
    expect(posts).toEqual([['a', 'b']]);
  });

  it('posts twice what chance wants to be posted twice', async () => {
    chance.duplicates = [false, true];
    outletOf().send([event('a'), event('b')]);
    await pass();
    expect(posts).toEqual([['a', 'b', 'b']]);
  });

  it('lets an event that is held back be overtaken', async () => {
    chance.delays = [500];
    const outlet = outletOf();
    outlet.send([event('processed'), event('delivered')]);
    await pass();
    expect(posts).toEqual([['delivered']]);
    expect(outlet.stats()).toEqual({ queued: 1, posted: 1, failed: 0, later: 0 });
    // What is set off by a timer of jest's comes a millisecond later at the earliest.
    await pass(500 + 1);
    expect(posts).toEqual([['delivered'], ['processed']]);
  });

  it('tells of what happens later when it happens, and then posts it', async () => {
    const outlet = outletOf();
    const happens = jest.fn();
    outlet.sendLater({ event: event('bounce'), happens }, Date.now() + 60_000);
    await pass(59_999);
    expect([posts, outlet.stats().later]).toEqual([[], 1]);
    expect(happens).not.toHaveBeenCalled();
    await pass(1);
    expect(outlet.stats().later).toBe(0);
    await pass(1);
    expect(posts).toEqual([['bounce']]);
    expect(happens).toHaveBeenCalledTimes(1);
  });

  it('without a webhook only tells', async () => {
    const outlet = outletOf(null);
    const happens = jest.fn();
    outlet.send([event('a')]);
    outlet.sendLater({ event: event('bounce'), happens }, Date.now() + 1);
    expect(outlet.posting).toBe('off');
    await pass(1);
    expect(happens).toHaveBeenCalledTimes(1);
    expect(outlet.stats()).toEqual({ queued: 0, posted: 0, failed: 0, later: 0 });
  });

  it.each([
    ['with', true],
    ['without', false],
  ])('holds only so much, %s a webhook', (_, connected) => {
    const outlet = outletOf(connected ? poster : null);
    expect(outlet.hasRoom(1000)).toBe(true);
    for (let count = 0; count < 9; count += 1)
      outlet.sendLater({ event: event('bounce'), happens: () => undefined }, Date.now() + 60_000);
    expect([outlet.hasRoom(10), outlet.hasRoom(11)]).toEqual([true, false]);
  });

  it('forgets on a reset what was not posted, be it held back, yet to happen or queued', async () => {
    const outlet = outletOf();
    chance.delays = [500];
    outlet.send([event('held back'), event('queued')]);
    outlet.sendLater({ event: event('later'), happens: () => undefined }, Date.now() + 100);
    await outlet.reset();
    expect(outlet.stats()).toEqual({ queued: 0, posted: 0, failed: 0, later: 0 });
    await pass(1000);
    expect(posts).toEqual([]);
    outlet.send([event('after')]);
    await pass();
    expect(posts).toEqual([['after']]);
  });

  it('says at the end what had happened and was held back still', () => {
    chance.delays = [500];
    const outlet = outletOf();
    outlet.send([event('held back')]);
    outlet.sendLater({ event: event('later'), happens: () => undefined }, Date.now() + 100);
    expect(outlet.close()).toBe(1);
  });
});
