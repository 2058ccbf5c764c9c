import { describe, expect, it } from '@jest/globals';
import { closedLoop } from './closed-loop.js';

const { signal } = new AbortController();

describe('closedLoop', () => {
  it('has as many calls under way as it has lanes, and counts what went well', async () => {
    let [open, most, calls] = [0, 0, 0];
    const act = async () => {
      most = Math.max(most, ++open);
      await new Promise(setImmediate);
      open -= 1;
      if (++calls % 10 === 0) throw new Error('one in ten');
    };

    const outcome = await closedLoop({ lanes: 7, seconds: 0.2, act, signal });

    expect(most).toBe(7);
    expect(outcome.count + outcome.failures).toBe(calls);
    expect(outcome.failures).toBe(Math.floor(calls / 10));
    expect(outcome.failure).toBe('one in ten');
    expect(outcome.latencies.summary().count).toBe(outcome.count);
    expect(outcome.course.seconds().reduce((sum, { count }) => sum + count, 0)).toBe(outcome.count);
  });

  it('ends when the run is called off', async () => {
    const calling = new AbortController();
    const act = async () => calling.abort(new Error('called off'));
    await expect(closedLoop({ lanes: 2, seconds: 60, act, signal: calling.signal })).rejects.toThrow(
      'called off',
    );
  });
});
