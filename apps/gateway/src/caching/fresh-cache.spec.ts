import { describe, expect, it } from '@jest/globals';
import { FreshCache } from './fresh-cache.js';

interface Key {
  id: string;
}

/** A cache whose questions are answered by hand. */
function cached() {
  const asked: { id: string; answer: (value: object | null) => void; fail: (error: Error) => void }[] = [];
  const cache = new FreshCache<object, Key>(
    ({ id }) => id,
    ({ id }) =>
      new Promise((answer, fail) => {
        asked.push({ id, answer, fail });
      }),
  );
  return { cache, asked };
}

const key = { id: 'a' };

describe('FreshCache', () => {
  it('asks once for callers that come together, and not again', async () => {
    const { cache, asked } = cached();
    const both = Promise.all([cache.get(key), cache.get(key)]);
    asked[0]?.answer({ version: 1 });
    expect(await both).toEqual([{ version: 1 }, { version: 1 }]);
    expect(await cache.get(key)).toEqual({ version: 1 });
    expect(asked).toHaveLength(1);
  });

  it('asks again after a change', async () => {
    const { cache, asked } = cached();
    const first = cache.get(key);
    asked[0]?.answer({ version: 1 });
    await first;
    cache.forget(key);
    const second = cache.get(key);
    asked[1]?.answer({ version: 2 });
    expect(await second).toEqual({ version: 2 });
  });

  it('does not keep an answer that was under way when the change was announced', async () => {
    const { cache, asked } = cached();
    const first = cache.get(key);
    cache.forget(key);
    asked[0]?.answer({ version: 1 });
    expect(await first).toEqual({ version: 1 });
    const second = cache.get(key);
    asked[1]?.answer({ version: 2 });
    expect(await second).toEqual({ version: 2 });
  });

  it('does not remember what does not exist, also where a change comes in between', async () => {
    const { cache, asked } = cached();
    const first = cache.get(key);
    cache.forget(key);
    asked[0]?.answer(null);
    expect(await first).toBeUndefined();
    const second = cache.get(key);
    asked[1]?.answer(null);
    expect(await second).toBeUndefined();
    const third = cache.get(key);
    asked[2]?.answer({ version: 1 });
    expect(await third).toEqual({ version: 1 });
  });

  it('passes a failure on, and asks again next time', async () => {
    const { cache, asked } = cached();
    const first = cache.get(key);
    asked[0]?.fail(new Error('nobody answers'));
    await expect(first).rejects.toThrow('nobody answers');
    const second = cache.get(key);
    asked[1]?.answer({});
    expect(await second).toEqual({});
  });
});
