import { describe, expect, it } from '@jest/globals';
import type { Kill } from '../../kills/killer.js';
import { explainRepeats, unexplained } from './explain-repeats.js';

const second = 1_000_000;
const kills: Kill[] = [
  { victim: 'webhooks', at: 100 * second, back: 103 * second },
  { victim: 'postgres', at: 200 * second, back: undefined },
];
const repeat = (...seconds: number[]) => ({ endpoint: 'a', id: '1', at: seconds.map((at) => at * second) });

describe('explainRepeats', () => {
  it('finds the kill that an arrival was around', () => {
    const reasons = explainRepeats([repeat(99, 120), repeat(101, 130), repeat(104.9, 130)], kills);
    expect([...reasons]).toEqual([['in flight when webhooks was killed', 3]]);
  });

  it('takes a server that nobody saw come back for down for a while', () => {
    expect([...explainRepeats([repeat(210, 230)], kills).keys()]).toEqual([
      'in flight when postgres was killed',
    ]);
  });

  it('says so when there is none', () => {
    expect([...explainRepeats([repeat(50, 60), repeat(106, 110)], kills)]).toEqual([[unexplained, 2]]);
  });

  it('explains each repetition of one that came three times', () => {
    const reasons = explainRepeats([repeat(99, 150, 160)], kills);
    expect(Object.fromEntries(reasons)).toEqual({
      'in flight when webhooks was killed': 1,
      [unexplained]: 1,
    });
  });
});
