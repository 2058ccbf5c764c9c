import type { Chart } from '../../charts/chart.js';
import { figure } from '../../cli/render-table.js';
import type { LatencySummary } from '../../measure/latencies.js';
import type { Span } from '../../measure/sampler.js';
import type { RowResult } from '../../row.js';
import { costOf, describeCost } from '../describe.js';
import type { Look } from './look.js';
import { trendOf, type Series, type Tolerance, type Trend } from './series.js';

/** Half a minute of the load. */
export interface Stretch {
  readonly accepted: number;
  readonly refused: number;
  readonly accepting: LatencySummary;
  /** From when a guest was due until it was told of completely. */
  readonly whole: LatencySummary;
}

export interface Outcome {
  readonly minutes: number;
  readonly rate: number;
  readonly stretches: readonly Stretch[];
  readonly readings: readonly Look[];
  readonly span: Span;
  readonly promised: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly wrong: number;
}

interface Judged {
  readonly series: Series;
  readonly trend: Trend | undefined;
}

const stretchSeconds = 30;
/** Other programs of the machine disturb a percentile more than any leak of half an hour would. */
const latencyTolerance: Tolerance = { share: 0.5, slack: 10 };

export function summarise(outcome: Outcome): RowResult {
  const { stretches, readings, span, promised, minutes, rate, lost, duplicated, wrong } = outcome;
  const judged = [...latencies(stretches), ...measured(readings)];
  const growing = judged.filter(({ trend }) => trend?.isFlat === false);
  const refused = stretches.reduce((sum, stretch) => sum + stretch.refused, 0);
  const accepting = judged[0]?.trend;
  return {
    figure: growing.length,
    unit: 'of them grow',
    target: 'nothing grows',
    met: growing.length === 0 && lost + wrong + refused === 0,
    ...{ lost, duplicated, wrong },
    p50Ms: median(stretches.map((stretch) => stretch.accepting.p50Ms)),
    p99Ms: accepting?.last ?? median(stretches.map((stretch) => stretch.accepting.p99Ms)),
    ...costOf(span, promised),
    notes: [
      `${figure(rate)} guests/s for ${minutes} min: ${figure(promised)} accepted, ${figure(refused)} refused; ${judged.length} things were looked at`,
      'flat: the median of the last third is that of the first, or the line through all points does not rise; the first fifth is warming up',
      ...growing.map(({ series, trend }) => `GROWS: ${series.name}, ${rise(series, trend as Trend)}`),
      ...describeCost(span, promised, 'send'),
    ],
    details: {
      columns: ['what', 'unit', 'first third', 'last third', 'most', 'an hour', 'flat'],
      rows: judged.flatMap(({ series, trend }) =>
        trend
          ? [
              [
                ...[
                  series.name,
                  series.unit,
                  ...[trend.first, trend.last, trend.max, trend.perHour].map(figure),
                ],
                trend.isFlat ? 'yes' : 'NO',
              ],
            ]
          : [],
      ),
    },
    charts: charts(judged),
  };
}

const rise = ({ unit }: Series, { first, last, perHour }: Trend): string =>
  `from ${figure(first)} to ${figure(last)} ${unit}, ${figure(perHour)} an hour`;

function latencies(stretches: readonly Stretch[]): Judged[] {
  const of = (name: string, value: (stretch: Stretch) => number): Judged => {
    const points = stretches.map((stretch, index) => [(index + 1) * stretchSeconds, value(stretch)] as const);
    const series = { name, unit: 'ms', points };
    return { series, trend: trendOf(series, latencyTolerance) };
  };
  return [
    of('p99 of accepting', ({ accepting }) => accepting.p99Ms),
    of('p99 of whole sends', ({ whole }) => whole.p99Ms),
  ];
}

function measured(looks: readonly Look[]): Judged[] {
  const all = new Map<string, { unit: string; tolerance: Tolerance; points: [number, number][] }>();
  for (const { seconds, readings } of looks)
    for (const { name, unit, tolerance, value } of readings) {
      const found = all.get(name) ?? { unit, tolerance, points: [] };
      found.points.push([seconds, value]);
      all.set(name, found);
    }
  return [...all].map(([name, { unit, tolerance, points }]) => {
    const series = { name, unit, points };
    return { series, trend: trendOf(series, tolerance) };
  });
}

/** One for each kind of thing; four lines can be told apart, so the largest are drawn. */
function charts(judged: readonly Judged[]): Chart[] {
  const drawn = (title: string, unit: string, prefix: string): Chart => ({
    ...{ title, unit },
    lines: judged
      .filter(({ series }) => series.name.startsWith(prefix))
      .sort((a, b) => (b.trend?.max ?? 0) - (a.trend?.max ?? 0))
      .slice(0, 4)
      .map(({ series }) => ({ name: series.name.slice(prefix.length), points: series.points })),
  });
  return [
    { ...drawn('latency, p99', 'ms', 'p99 of '), scale: 'log' },
    drawn('memory', 'MiB', 'memory of '),
    drawn('heap', 'MiB', 'heap of '),
    drawn('open files', '', 'files of '),
    drawn('tables whose rows come and go', 'MiB', 'size of '),
    drawn('streams', 'messages', 'stream '),
  ];
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
