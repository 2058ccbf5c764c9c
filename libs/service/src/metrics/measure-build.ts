import { serviceVersion } from '../version.js';
import type { Metrics } from './metrics.js';

/** Shows what runs, as a series whose value is always 1: other series are joined with it. */
export const measureBuild = (metrics: Metrics): void =>
  metrics.gauges('qflow_build_info', '1 for the version that runs.', ['version'], () => [
    [{ version: serviceVersion() }, 1],
  ]);
