import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { GroupCommit, QueueFull } from './group-commit.js';

/** A flush that waits to be let through, so that specs decide what arrives while it runs. */
function gated() {
  const batches: number[][] = [];
  const gates: (() => void)[] = [];
  const flush = (items: number[]): Promise<number[]> => {
    batches.push(items);
    return new Promise((resolve) => gates.push(() => resolve(items.map((item) => item * 10))));
  };
  /** Lets the oldest flush through, once it is there. */
  const open = async (): Promise<void> => {
    while (gates.length === 0) await turn();
    gates.shift()?.();
  };
  return { batches, flush, open };
}

/** One turn of the event loop. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('GroupCommit', () => {
  it('commits a lone item at once', async () => {
    const group = new GroupCommit({ flush: async (items: number[]) => items });
    expect(await group.add(1)).toBe(1);
  });

  it('commits together what arrives while a commit runs, and answers each its own result', async () => {
    const { batches, flush, open } = gated();
    const group = new GroupCommit({ flush, parallel: 1 });
    const first = group.add(1);
    await turn();
    const rest = [2, 3, 4].map((item) => group.add(item));
    await turn();
    expect(batches).toEqual([[1]]);
    await open();
    expect(await first).toBe(10);
    await open();
    expect(await Promise.all(rest)).toEqual([20, 30, 40]);
    expect(batches).toEqual([[1], [2, 3, 4]]);
  });

  it('bounds a batch, and what waits', async () => {
    const { batches, flush, open } = gated();
    const group = new GroupCommit({ flush, parallel: 1, maxBatch: 2, maxQueue: 3 });
    const added = [1, 2, 3].map((item) => group.add(item));
    await expect(group.add(4)).rejects.toBeInstanceOf(QueueFull);
    await open();
    await open();
    await Promise.all(added);
    expect(batches).toEqual([[1, 2], [3]]);
  });

  it('fails only the item that is at fault', async () => {
    const group = new GroupCommit({
      flush: async (items: string[]) => {
        if (items.includes('bad')) throw new Error('refused');
        return items;
      },
    });
    const results = await Promise.allSettled(['a', 'bad', 'b'].map((item) => group.add(item)));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('does not try every item in vain while the database is away', async () => {
    let flushes = 0;
    const group = new GroupCommit({
      flush: async (_items: string[]): Promise<string[]> => {
        flushes++;
        throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
      },
    });
    const results = await Promise.allSettled(['a', 'b', 'c'].map((item) => group.add(item)));
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(flushes).toBe(1);
  });

  it('tells when nothing is left to do', async () => {
    const { flush, open } = gated();
    const group = new GroupCommit({ flush });
    const added = group.add(1);
    let idle = false;
    const waiting = group.idle().then(() => (idle = true));
    await turn();
    expect(idle).toBe(false);
    await open();
    await Promise.all([added, waiting]);
    expect(idle).toBe(true);
  });
});

describe('GroupCommit that gathers', () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick'] });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('lets nobody wait who comes alone', async () => {
    const group = new GroupCommit({ flush: async (items: number[]) => items, gatherMs: 2 });
    expect(await group.add(1)).toBe(1);
    await turn();
    jest.advanceTimersByTime(2);
    expect(await group.add(2)).toBe(2);
  });

  it('commits together what arrives soon after a commit, in time', async () => {
    const { batches, flush, open } = gated();
    const group = new GroupCommit({ flush, gatherMs: 2 });
    const first = group.add(1);
    await open();
    await first;
    const second = group.add(2);
    await turn();
    jest.advanceTimersByTime(1);
    const third = group.add(3);
    await turn();
    expect(batches).toEqual([[1]]);
    jest.advanceTimersByTime(1);
    await open();
    expect(await Promise.all([second, third])).toEqual([20, 30]);
    expect(batches).toEqual([[1], [2, 3]]);
  });

  it('commits beside a flush that is held up, and not beside one that is not', async () => {
    const { batches, flush, open } = gated();
    const group = new GroupCommit({ flush, parallel: 2, gatherMs: 2 });
    const first = group.add(1);
    await turn();
    const second = group.add(2);
    await turn();
    jest.advanceTimersByTime(19);
    await turn();
    expect(batches).toEqual([[1]]);
    jest.advanceTimersByTime(1);
    await turn();
    expect(batches).toEqual([[1], [2]]);
    await open();
    await open();
    expect(await Promise.all([first, second])).toEqual([10, 20]);
  });

  it('does not gather any longer once there are many', async () => {
    const { batches, flush, open } = gated();
    const group = new GroupCommit({ flush, gatherMs: 2 });
    const first = group.add(0);
    await open();
    await first;
    const rest = Array.from({ length: 32 }, (_, index) => group.add(index + 1));
    await open();
    await Promise.all(rest);
    expect(batches.map((batch) => batch.length)).toEqual([1, 32]);
  });

  it('gathers no more than one batch holds', async () => {
    const { batches, flush, open } = gated();
    const group = new GroupCommit({ flush, maxBatch: 2, gatherMs: 2 });
    const first = group.add(1);
    await open();
    await first;
    const rest = [2, 3].map((item) => group.add(item));
    await open();
    await Promise.all(rest);
    expect(batches).toEqual([[1], [2, 3]]);
  });
});
