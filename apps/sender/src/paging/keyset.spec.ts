import { describe, expect, it } from '@jest/globals';
import { decodePlace, encodePlace, pageOfRows } from './keyset.js';

const place = { at: '1777458180000000', key: 'a@example.com' };
const anyKey = (): boolean => true;
const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a place', () => {
  it('comes back as it was made', () => {
    expect(decodePlace(encodePlace(place), anyKey)).toEqual(place);
  });

  it.each([
    ['nothing', ''],
    ['nonsense', '%%%'],
    ['no list', encoded({ at: '1', key: 'x' })],
    ['a number', encoded([1, 'x'])],
    ['a moment beyond what is stored', encoded(['12345678901234567', 'x'])],
    ['one part', encoded(['1'])],
    ['three parts', encoded(['1', 'x', 'y'])],
  ])('is refused where it is %s', (_what, after) => {
    expect(() => decodePlace(after, anyKey)).toThrow('/after must be the cursor of a page before');
  });

  it('is refused where its key is none of this list', () => {
    expect(() => decodePlace(encodePlace(place), () => false)).toThrow('/after');
  });
});

describe('pageOfRows', () => {
  const page = (rows: number[], limit: number) =>
    pageOfRows(
      rows,
      { after: null, limit },
      { view: (row) => row * 10, place: (row) => ({ at: String(row), key: 'k' }) },
    );

  it('goes on after the last entry it shows, where there are more', () => {
    expect(page([3, 2, 1], 2)).toEqual({ items: [30, 20], next: encodePlace({ at: '2', key: 'k' }) });
  });

  it('is shorter where one answer cannot hold all, and goes on after what it shows', () => {
    const rows = Array.from({ length: 30 }, (_, index) => index);
    const { items, next } = pageOfRows(
      rows,
      { after: null, limit: 30 },
      { view: () => 'x'.repeat(100_000), place: (row) => ({ at: String(row), key: 'k' }) },
    );
    expect(items).toHaveLength(9);
    expect(next).toBe(encodePlace({ at: '8', key: 'k' }));
  });

  it('ends where there are no more', () => {
    expect(page([3, 2], 2)).toEqual({ items: [30, 20], next: null });
    expect(page([], 2)).toEqual({ items: [], next: null });
  });
});
