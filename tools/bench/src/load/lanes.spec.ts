import { describe, expect, it } from '@jest/globals';
import { runLanes } from './lanes.js';

describe('runLanes', () => {
  it.each([
    [4, 10, 4],
    [4, 2, 2],
    [4, 0, 0],
  ])('with %d lanes does %d things, %d at once', async (lanes, count, atOnce) => {
    const done: number[] = [];
    let [open, most] = [0, 0];
    await runLanes(lanes, count, async (index) => {
      most = Math.max(most, ++open);
      await new Promise(setImmediate);
      open -= 1;
      done.push(index);
    });
    expect(done.sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, index) => index));
    expect(most).toBe(atOnce);
  });
});
