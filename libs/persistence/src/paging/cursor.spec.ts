import { describe, expect, it } from '@jest/globals';
import { isId } from '@qflow/contracts';
import { decodeCursor, encodeCursor } from './cursor.js';

const id = '0197a3c2-7f10-7c3e-9d59-3f1c5a2b7e41';
const checks = [(part: string) => /^\d+$/.test(part), isId];

describe('a cursor', () => {
  it('comes back as it was made, and is safe in a URL', () => {
    const cursor = encodeCursor(['42', id]);
    expect(cursor).toMatch(/^[\w-]+$/);
    expect(decodeCursor(cursor, checks)).toEqual(['42', id]);
  });

  it.each([
    ['nonsense', 'nonsense'],
    ['nothing', ''],
    ['another list’s', encodeCursor([id])],
    ['one with a part that does not fit', encodeCursor(['x', id])],
    ['one with too many parts', encodeCursor(['1', id, '3'])],
    ['no list', Buffer.from('{"0":"1"}').toString('base64url')],
    ['numbers', Buffer.from(`[1,"${id}"]`).toString('base64url')],
  ])('is refused where it is %s', (_what, cursor) => {
    expect(() => decodeCursor(cursor, checks)).toThrow('/after must be the cursor of a page before');
  });
});
