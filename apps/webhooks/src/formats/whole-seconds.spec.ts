import { describe, expect, it } from '@jest/globals';
import { wholeSeconds } from './whole-seconds.js';

describe('wholeSeconds', () => {
  it.each([
    ['2026-06-12T09:15:02.999Z', '2026-06-12T09:15:02'],
    ['2026-06-12T09:15:02Z', '2026-06-12T09:15:02'],
    ['2026-06-12T11:15:02+02:00', '2026-06-12T09:15:02'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59'],
  ])('writes %s as its format does, in UTC and rounded down', (time, expected) => {
    expect(wholeSeconds(time, 'Z')).toBe(`${expected}Z`);
    expect(wholeSeconds(time, '+00:00')).toBe(`${expected}+00:00`);
  });
});
