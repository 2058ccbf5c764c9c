import { describe, expect, it } from '@jest/globals';
import { Batcher } from './batcher.js';

describe('Batcher', () => {
  it('stores together what came while a batch was under way, and answers when it is stored', async () => {
    const batches: number[][] = [];
    const stored: (() => void)[] = [];
    const batcher = new Batcher<number>((rows) => {
      batches.push([...rows]);
      return new Promise<void>((resolve) => stored.push(resolve));
    }, 1);
    const done: number[] = [];
    const add = (row: number) => batcher.add(row).then(() => done.push(row));

    const first = [add(1), add(2)];
    await new Promise(setImmediate);
    const second = [add(3), add(4)];
    await new Promise(setImmediate);
    expect([batches, done]).toEqual([[[1, 2]], []]);

    stored[0]?.();
    await Promise.all(first);
    await new Promise(setImmediate);
    expect([batches, done]).toEqual([
      [
        [1, 2],
        [3, 4],
      ],
      [1, 2],
    ]);
    stored[1]?.();
    await Promise.all(second);
    expect(done).toEqual([1, 2, 3, 4]);
  });

  it('tells everybody of a batch that it was not stored, and goes on', async () => {
    let works = false;
    const batcher = new Batcher<number>(async () => {
      if (!works) throw new Error('no room');
    }, 2);
    const outcomes = await Promise.allSettled([batcher.add(1), batcher.add(2)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    works = true;
    await expect(batcher.add(3)).resolves.toBeUndefined();
  });
});
