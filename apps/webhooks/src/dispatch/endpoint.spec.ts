import { describe, expect, it } from '@jest/globals';
import { Endpoint, type Observation } from './endpoint.js';
import { Endpoints } from './endpoints.js';

const delivered: Observation = { answered: true, delivered: true, durationMs: 10 };
const refused: Observation = { answered: true, delivered: false, durationMs: 10 };
const unanswered: Observation = { answered: false, delivered: false, durationMs: 10 };

const filled = (count: number, places = 2): Endpoint<string> => {
  const endpoint = new Endpoint<string>('s', places);
  for (let n = 0; n < count; n++) endpoint.push(`d${n}`);
  return endpoint;
};

/** Attempts that end at once. */
const attempts = (endpoint: Endpoint<string>, count: number, seen: Observation, now = 0): void => {
  for (let n = 0; n < count; n++) {
    endpoint.push('attempted');
    const taken = endpoint.take(now);
    if (!taken) throw new Error('no place');
    endpoint.done(taken.probe, seen, now);
  }
};

const away = (): Endpoint<string> => {
  const endpoint = filled(0);
  attempts(endpoint, 5, unanswered);
  return endpoint;
};

describe('the places of an endpoint', () => {
  it('let so many be under way, in the order in which they came', () => {
    const endpoint = filled(3);
    expect([endpoint.take(0)?.item, endpoint.take(0)?.item, endpoint.take(0)]).toEqual([
      'd0',
      'd1',
      undefined,
    ]);
    endpoint.done(false, delivered, 0);
    expect(endpoint.take(0)?.item).toBe('d2');
  });

  it('are free again where one was not attempted after all', () => {
    const endpoint = filled(3);
    [endpoint.take(0), endpoint.take(0)].forEach((taken) => endpoint.abandon(taken?.probe ?? false));
    expect(endpoint.take(0)?.item).toBe('d2');
  });
});

describe('the room of an endpoint', () => {
  it('is what can begin within two seconds, and bounded', () => {
    const endpoint = filled(0);
    // Nothing known: taken to answer within a tenth of a second.
    expect(endpoint.newRoom(0)).toBe(2 + 40);
    attempts(endpoint, 100, { ...delivered, durationMs: 400 });
    expect(endpoint.newRoom(0)).toBe(2 + 10);
    attempts(endpoint, 100, { ...delivered, durationMs: 1 });
    expect(endpoint.newRoom(0)).toBe(2 + 1_000);
    attempts(endpoint, 100, { ...delivered, durationMs: 10_000 });
    expect(endpoint.newRoom(0)).toBe(2);
  });

  it('shrinks while the attempts under way do not end', () => {
    const endpoint = filled(0);
    attempts(endpoint, 100, delivered);
    for (let n = 0; n < 100; n++) endpoint.push(`d${n}`);
    endpoint.take(0);
    endpoint.take(0);
    expect(endpoint.dueRoom(100)).toBe(0);
    expect(endpoint.excess(1_000)).toHaveLength(98 - 4);
    expect(endpoint.load).toBe(2 + 4);
    endpoint.done(false, delivered, 1_000);
    endpoint.take(1_000);
    expect(endpoint.dueRoom(1_000)).toBeGreaterThan(100);
  });

  it('is kept free by half for what is older, while that waits in the table', () => {
    const endpoint = filled(0, 10);
    const all = endpoint.newRoom(0);
    endpoint.behind = true;
    expect(endpoint.newRoom(0)).toBe(all / 2);
    expect(endpoint.dueRoom(0)).toBe(all);
    expect(endpoint.isHungry(0)).toBe(true);
    for (let n = 0; n <= all / 2; n++) endpoint.push(`d${n}`);
    expect(endpoint.newRoom(0)).toBe(0);
    expect(endpoint.isHungry(0)).toBe(false);
  });
});

describe('an endpoint that gives no answer', () => {
  it('takes in nothing but one delivery for each probe', () => {
    const endpoint = away();
    expect([endpoint.isAway, endpoint.newRoom(60_000), endpoint.dueRoom(0)]).toEqual([true, 0, 0]);
    expect(endpoint.dueRoom(60_000)).toBe(1);
    endpoint.push('probe');
    expect(endpoint.dueRoom(60_000)).toBe(0);
    expect(endpoint.take(60_000)).toEqual({ item: 'probe', probe: true });
    expect(endpoint.dueRoom(60_000)).toBe(0);
  });

  it('has everything that was queued given back', () => {
    const endpoint = filled(0);
    attempts(endpoint, 4, unanswered);
    for (let n = 0; n < 4; n++) endpoint.push(`d${n}`);
    const taken = endpoint.take(0);
    endpoint.done(taken?.probe ?? false, unanswered, 0);
    expect(endpoint.excess(0)).toEqual(['d1', 'd2', 'd3']);
    expect(endpoint.load).toBe(0);
  });

  it('is back at the first answer, whatever it says', () => {
    const endpoint = away();
    attempts(endpoint, 1, refused, 60_000);
    expect([endpoint.isAway, endpoint.newRoom(60_000) > 0]).toEqual([false, true]);
  });
});

describe('an endpoint that fails again and again', () => {
  it.each([
    ['with an answer', refused],
    ['without one', unanswered],
  ])('%s has its retries paced', (_how, seen) => {
    const endpoint = filled(0);
    attempts(endpoint, 4, seen);
    expect(endpoint.isFailing).toBe(false);
    attempts(endpoint, 1, seen);
    expect(endpoint.isFailing).toBe(true);
    attempts(endpoint, 1, delivered, 60_000);
    expect(endpoint.isFailing).toBe(false);
  });
});

describe('the endpoints', () => {
  const after = (seen: Observation, count: number): Endpoints<string> => {
    const endpoints = new Endpoints<string>(2);
    const endpoint = endpoints.open('s');
    attempts(endpoint, count, seen);
    endpoints.rest(endpoint);
    return endpoints;
  };

  it('are forgotten when they have no work, unless they fail: a circuit does not close by being idle', () => {
    expect(after(delivered, 20).find('s')).toBeUndefined();
    const failing = after(unanswered, 5);
    expect([failing.find('s')?.isAway, failing.away]).toEqual([true, 1]);
    expect(failing.open('s').isAway).toBe(true);
  });

  it('stay while they have work', () => {
    const endpoints = new Endpoints<string>(2);
    const endpoint = endpoints.open('s');
    endpoint.push('d0');
    endpoints.rest(endpoint);
    expect(endpoints.open('s')).toBe(endpoint);
  });

  it('look like new ones where nothing is known of them', () => {
    const endpoints = new Endpoints<string>(2);
    expect(endpoints.peek('anyone').newRoom(0)).toBe(2 + 40);
    expect(endpoints.find('anyone')).toBeUndefined();
  });
});
