import { describe, expect, it } from '@jest/globals';
import { slicesOf } from './slices.js';

const names = (count: number): string =>
  slicesOf(count)
    .map(({ name }) => name)
    .join(' ');

describe('slicesOf', () => {
  it('has as many slices with sick endpoints as without, in a row between the others', () => {
    expect(names(6)).toBe('A1 A2 B1 B2 B3 A3');
    expect(names(4)).toBe('A1 B1 B2 A2');
    expect(names(2)).toBe('A1 B1');
  });

  it('gives the sick of each slice events of their own', () => {
    const types = slicesOf(8)
      .filter(({ sick }) => sick)
      .map(({ type }) => type);
    expect(new Set(types).size).toBe(4);
  });

  it('has no more slices than there are types for', () => {
    expect(slicesOf(100)).toHaveLength(16);
  });
});
