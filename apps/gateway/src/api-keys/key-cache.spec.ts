import { beforeEach, describe, expect, it } from '@jest/globals';
import { KeyCache, type KeyHolder } from './key-cache.js';
import { keyHash, mintKey } from './secret-key.js';

const { key } = mintKey('account');
const holder: KeyHolder = { keyId: 'k', expiresAt: null };

let asked: number;
let stored: KeyHolder | undefined;
let cache: KeyCache<KeyHolder>;

beforeEach(() => {
  asked = 0;
  stored = holder;
  cache = new KeyCache(() => {
    asked++;
    return Promise.resolve(stored);
  });
});

describe('KeyCache', () => {
  it('asks once for a key, however many requests come at once and after', async () => {
    expect(cache.known(key)).toBeUndefined();
    await Promise.all(Array.from({ length: 20 }, () => cache.find(key)));
    expect(await cache.find(key)).toBe(holder);
    expect(cache.known(key)).toBe(holder);
    expect(asked).toBe(1);
  });

  it('asks once for a key that does not exist, and not at all for what is no key', async () => {
    stored = undefined;
    for (let count = 0; count < 5; count++) expect(await cache.find(key)).toBeUndefined();
    expect(asked).toBe(1);
    expect(await cache.find(`${key.slice(0, -1)}!`)).toBeUndefined();
    expect(asked).toBe(1);
  });

  it('asks again for a key it was told to forget', async () => {
    await cache.find(key);
    cache.forget(keyHash(key));
    expect(cache.known(key)).toBeUndefined();
    stored = undefined;
    expect(await cache.find(key)).toBeUndefined();
    expect(asked).toBe(2);
  });

  it.each([
    ['is there', holder],
    ['is gone', undefined],
  ])('does not keep a key that is revoked while it is looked up and %s', async (_what, found) => {
    stored = found;
    const looking = cache.find(key);
    cache.forget(keyHash(key));
    expect(await looking).toBe(found);
    expect(cache.known(key)).toBeUndefined();
  });

  it('lets a key go at the moment it expires', async () => {
    const expiresAt = new Date(Date.now() + 60_000);
    stored = { ...holder, expiresAt };
    expect(await cache.find(key)).toBe(stored);
    expiresAt.setTime(Date.now() - 1);
    expect(cache.known(key)).toBeUndefined();
    expect(await cache.find(key)).toBeUndefined();
  });
});
