import { describe, expect, it } from '@jest/globals';
import { bareSend, pipelineFloor } from './pipeline-floor.js';

const micro = 1e-6;
const costs = { accept: 200 * micro, mail: 300 * micro, event: 10 * micro, delivery: 140 * micro };

describe('the floor of the pipeline', () => {
  it('is what all cores can do of the bare steps: one accept, one e-mail, two events, two webhooks', () => {
    expect(bareSend(costs)).toBeCloseTo(800 * micro, 9);
    expect(pipelineFloor(costs, 2)).toBeCloseTo(2_500, 6);
  });
});
