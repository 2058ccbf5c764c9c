import { beforeEach, describe, expect, it } from '@jest/globals';
import { Metrics } from './metrics.js';
import { StageTimes } from './stage-times.js';

let metrics: Metrics;
let stages: StageTimes;

beforeEach(() => {
  metrics = new Metrics();
  stages = new StageTimes(metrics);
});

const exposed = async (sample: string): Promise<string | undefined> =>
  (await metrics.registry.metrics())
    .split('\n')
    .find((line) => line.startsWith(`qflow_stage_seconds_${sample}`));

describe('StageTimes', () => {
  it('counts a stage in seconds', async () => {
    stages.took('accept_to_handover', 1_000, 3_500);
    expect(await exposed('sum{stage="accept_to_handover"}')).toMatch(/ 2\.5$/);
    expect(await exposed('bucket{le="1",stage="accept_to_handover"}')).toMatch(/ 0$/);
    expect(await exposed('bucket{le="2.5",stage="accept_to_handover"}')).toMatch(/ 1$/);
  });

  it('takes a clock that is ahead for now', async () => {
    stages.took('report_to_state', 2_000, 1_000);
    expect(await exposed('sum{stage="report_to_state"}')).toMatch(/ 0$/);
    expect(await exposed('count{stage="report_to_state"}')).toMatch(/ 1$/);
  });

  it('does not count what is no time', async () => {
    stages.took('provider_to_report', Date.parse('not a time'));
    expect(await exposed('count{stage="provider_to_report"}')).toBeUndefined();
  });
});
