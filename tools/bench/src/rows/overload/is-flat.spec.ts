import { describe, expect, it } from '@jest/globals';
import { isFlat } from './is-flat.js';

describe('isFlat', () => {
  it('allows what a busy process takes once', () => {
    expect(isFlat({ first: 120, max: 240, last: 200 })).toBe(true);
  });

  it('finds a queue that grows, and a process that is too large', () => {
    expect(isFlat({ first: 120, max: 300, last: 300 })).toBe(false);
    expect(isFlat({ first: 390, max: 410, last: 400 })).toBe(false);
  });

  it('says nothing against what cannot be measured', () => {
    expect(isFlat(undefined)).toBe(true);
    expect(isFlat({ first: 0, max: 0, last: 0 })).toBe(true);
  });
});
