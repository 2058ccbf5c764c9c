import os from 'node:os';
import { measureSteps } from '../../floors/measure-steps.js';
import { pipelineFloor } from '../../floors/pipeline-floor.js';
import { defineRow } from '../../row.js';
import { sendLoadSettings, withSends } from '../with-sends.js';
import { summarise } from './summarise.js';

const options = {
  rate: { doc: 'guests per second', default: 1_010, min: 1 },
  seconds: { doc: 'how long', default: 60, min: 1 },
  floor: { doc: '0 leaves the floor unmeasured', default: 1 },
  seed: { doc: 'of the arrivals', default: 1 },
};

/** targets.md: "whole pipeline: POST /api/guest with template → … → webhooks received and verified". */
export const pipeline = defineRow({
  name: 'pipeline',
  summary:
    'from POST /api/guest to the webhooks that tell of its e-mail: 1,000 sends/s, none lost or told twice',
  options,
  settings: () => sendLoadSettings,
  run: (stack, chosen, report) =>
    withSends(stack, report, async (sends) => {
      report.detail('what the bare libraries do');
      const steps = chosen.floor > 0 ? await measureSteps(stack) : undefined;
      const floor = steps && pipelineFloor(steps, os.availableParallelism());
      await sends.warmUp();
      const load = await sends.load({ ...chosen, phase: 'load', perSecond: chosen.rate });
      return summarise(stack, { ...chosen, ...load, steps, floor });
    }),
});
