import { describe, expect, it } from '@jest/globals';
import { Endpoints } from './endpoints.js';

/** One that has failed and has nothing to do: remembered, not busy. */
function failing(endpoints: Endpoints<string>, id: string): void {
  const endpoint = endpoints.open(id);
  endpoint.push('a delivery');
  const taken = endpoint.take(0);
  endpoint.done(taken?.probe ?? false, { answered: false, delivered: false, durationMs: 1 }, 0);
  endpoints.rest(endpoint);
}

describe('the endpoints of a replica', () => {
  it('are gone through once each, also while one of them is looked at', () => {
    const endpoints = new Endpoints<string>(4);
    for (const id of ['a', 'b', 'c']) failing(endpoints, id);
    endpoints.open('busy');
    const seen: string[] = [];
    for (const { id } of endpoints.all()) {
      endpoints.peek('a');
      endpoints.find('b');
      seen.push(id);
      if (seen.length > 10) break;
    }
    expect(seen.sort()).toEqual(['a', 'b', 'busy', 'c']);
  });

  it('are remembered while they fail, and forgotten when there is nothing to remember', () => {
    const endpoints = new Endpoints<string>(4);
    failing(endpoints, 'failing');
    endpoints.rest(endpoints.open('well'));
    expect([...endpoints.all()].map(({ id }) => id)).toEqual(['failing']);
    expect(endpoints.find('well')).toBeUndefined();
  });
});
