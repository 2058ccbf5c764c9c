import { describe, expect, it } from '@jest/globals';
import { observedPosts } from '../../test/posts-in-hand.js';

const mebibyte = 1024 * 1024;
const full = expect.objectContaining({
  code: 'unavailable',
  reason: 'overloaded',
  extras: { retryAfter: 5 },
}) as unknown as Error;

describe('PostsInHand', () => {
  it('refuses posts while there is no room, and takes them again afterwards', () => {
    const { inHand } = observedPosts();
    const given = Array.from({ length: 16 }, () => inHand.admit(2 * mebibyte));
    expect(() => inHand.admit(1)).toThrow(full);
    given.pop()?.();
    expect(() => inHand.admit(2 * mebibyte + 1)).toThrow(full);
    inHand.admit(2 * mebibyte);
  });

  it('counts what an admitted post takes in addition', () => {
    const { inHand } = observedPosts();
    const giveBack = inHand.hold(32 * mebibyte);
    expect(() => inHand.admit(1)).toThrow(full);
    giveBack();
    inHand.admit(1);
  });

  it('bounds the number of posts, however small they are', () => {
    const { inHand } = observedPosts();
    for (let posts = 0; posts < 2048; posts++) inHand.admit(0);
    expect(() => inHand.admit(0)).toThrow(full);
  });

  it('says once that it is full, and once that it is not', () => {
    const { inHand, lines, state } = observedPosts();
    const given = Array.from({ length: 16 }, () => inHand.admit(2 * mebibyte));
    expect(state()).toEqual({
      degraded: false,
      details: { bytesInHand: 32 * mebibyte, bytesAtMost: 32 * mebibyte },
    });
    for (let posts = 0; posts < 3; posts++) expect(() => inHand.admit(1)).toThrow(full);
    expect(state().degraded).toBe(true);
    expect(lines).toEqual([
      [40, 'too many provider posts in hand: more are refused until half of them are stored'],
    ]);
    for (const giveBack of given) giveBack();
    expect(state()).toMatchObject({ degraded: false, details: { bytesInHand: 0 } });
    expect(lines.slice(1)).toEqual([[30, 'provider posts are taken again']]);
  });
});
