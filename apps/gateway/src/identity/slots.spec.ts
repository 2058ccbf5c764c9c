import { describe, expect, it } from '@jest/globals';
import { Slots } from './slots.js';

/** Work that ends when told to. */
function job() {
  let resolve: (value: string) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  let started = false;
  const done = new Promise<string>((one, other) => ([resolve, reject] = [one, other]));
  const work = (): Promise<string> => {
    started = true;
    return done;
  };
  return { work, resolve, reject, started: () => started };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('Slots', () => {
  it('run so many at once, let so many wait, and refuse the rest', async () => {
    const slots = new Slots({ running: 1, waiting: 2 });
    const [one, two, three] = [job(), job(), job()];
    const answers = [slots.run(one.work), slots.run(two.work), slots.run(three.work)];
    await expect(slots.run(() => Promise.resolve('four'))).rejects.toMatchObject({
      code: 'unavailable',
      extras: { retryAfter: 2 },
    });
    await settled();
    expect([one.started(), two.started(), three.started()]).toEqual([true, false, false]);
    one.resolve('one');
    await answers[0];
    await settled();
    expect([two.started(), three.started()]).toEqual([true, false]);
    two.resolve('two');
    three.resolve('three');
    expect(await Promise.all(answers)).toEqual(['one', 'two', 'three']);
  });

  it('go on after work that failed', async () => {
    const slots = new Slots({ running: 1, waiting: 1 });
    const bad = job();
    const answers = [slots.run(bad.work), slots.run(() => Promise.resolve('next'))];
    bad.reject(new Error('bad'));
    await expect(answers[0]).rejects.toThrow('bad');
    expect(await answers[1]).toBe('next');
    expect(await slots.run(() => Promise.resolve('later'))).toBe('later');
  });
});
