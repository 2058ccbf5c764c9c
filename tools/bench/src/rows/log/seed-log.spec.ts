import { describe, expect, it } from '@jest/globals';
import { drawOf } from './seed-log.js';

/** What PostgreSQL's `width_bucket(operand, thresholds)` answers, plus one: arrays begin at 1 there. */
const pick = ({ values, bounds }: ReturnType<typeof drawOf>, random: number) =>
  values[bounds.filter((bound) => random >= bound).length];

describe('drawOf', () => {
  const draw = drawOf({ delivered: 97, failed: 2, dead: 1 });

  it('gives each value its share of [0, 1)', () => {
    expect(draw.values).toEqual(['delivered', 'failed', 'dead']);
    expect(draw.bounds).toEqual([0.97, 0.99]);
    expect([0, 0.969, 0.97, 0.989, 0.99, 0.9999].map((random) => pick(draw, random))).toEqual([
      ...['delivered', 'delivered', 'failed', 'failed', 'dead', 'dead'],
    ]);
  });

  it('draws the only one always', () => {
    expect(drawOf({ dead: 1 })).toEqual({ values: ['dead'], bounds: [] });
  });
});
