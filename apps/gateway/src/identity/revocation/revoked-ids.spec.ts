import { describe, expect, it } from '@jest/globals';
import { RevokedIds, staleAfterMs } from './revoked-ids.js';

describe('RevokedIds', () => {
  it('knows what is revoked until it has expired', () => {
    let now = 1_000;
    const ids = new RevokedIds(() => now);
    ids.add('a', 2_000);
    ids.add('b', 3_000);
    now = 2_500;
    ids.forgetExpired();
    expect([ids.has('a'), ids.has('b'), ids.size]).toEqual([false, true, 1]);
  });

  it('is stale before it was ever read, and when that was too long ago', () => {
    let now = 1_000_000;
    const ids = new RevokedIds(() => now);
    expect(ids.isStale).toBe(true);
    ids.markRead(now);
    now += staleAfterMs;
    expect(ids.isStale).toBe(false);
    now += 1;
    expect([ids.isStale, ids.ageMs]).toEqual([true, staleAfterMs + 1]);
  });
});
