import { describe, expect, it } from '@jest/globals';
import { nearest } from './nearest.js';

const words = ['create', 'list', 'grant', 'revoke', 'trust'];

describe('nearest', () => {
  it.each([
    ['creat', 'create'],
    ['crate', 'create'],
    ['lits', 'list'],
    ['revok', 'revoke'],
    ['list', 'list'],
    ['frobnicate', undefined],
    ['', undefined],
  ])('%j is probably %j', (typed, word) => expect(nearest(typed, words)).toBe(word));
});
