import type { Second } from '../measure/timeline.js';
import type { Chart } from './chart.js';

/** What happened second by second, under its name. */
export interface Course {
  readonly name: string;
  /** Whole ones: the last of a run mostly is not, and would look like a collapse. */
  readonly seconds: readonly Second[];
  /** How many things of the unit are behind each that was counted; 1 unless told otherwise. */
  readonly each?: number;
}

export interface OverTime {
  /** Of the throughput, such as `sends/s`. */
  readonly unit: string;
  readonly courses: readonly Course[];
  readonly limit?: Chart['limit'];
}

/** The two charts of a row: throughput over time, latency percentiles over time. */
export function overTime({ unit, courses, limit }: OverTime): Chart[] {
  const latencies = courses.flatMap(({ name, seconds }) =>
    (['p50', 'p99'] as const).map((percentile) => ({
      name: `${name} ${percentile}`,
      points: seconds.map((second) => [second.second, second[`${percentile}Ms`]] as const),
    })),
  );
  return [
    {
      ...{ title: 'throughput', unit },
      ...(limit && { limit }),
      lines: courses.map(({ name, seconds, each = 1 }) => ({
        name,
        points: seconds.map(({ second, count }) => [second, count * each] as const),
      })),
    },
    { title: 'latency', unit: 'ms', scale: 'log', lines: latencies },
  ];
}
