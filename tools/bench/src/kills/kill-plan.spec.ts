import { describe, expect, it } from '@jest/globals';
import { killPlan, type KillPlanOptions, type Victim } from './kill-plan.js';

const victims: readonly Victim[] = ['webhooks', 'webhooks-2', 'nats', 'postgres'];
const options: KillPlanOptions = { seed: 1, seconds: 6_000, perMinute: 12, victims };

describe('killPlan', () => {
  it('kills as often as asked, in order of time', () => {
    const times = killPlan(options).map(({ at }) => at);
    // 1,200 on average with a standard deviation of 35: six of them either way.
    expect(Math.abs(times.length - 1_200)).toBeLessThan(210);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times.at(-1)).toBeLessThan(6_000);
  });

  it('gives each victim its turn', () => {
    const plan = killPlan(options);
    for (let round = 0; round + 4 <= plan.length; round += 4) {
      const turn = plan.slice(round, round + 4).map(({ victim }) => victim);
      expect(turn.sort()).toEqual([...victims].sort());
    }
  });

  it('is the same again with the same seed only', () => {
    expect(killPlan(options)).toEqual(killPlan(options));
    expect(killPlan({ ...options, seed: 2 })).not.toEqual(killPlan(options));
  });
});
