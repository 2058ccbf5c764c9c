import type { Chart } from './chart.js';
import { linearTicks, logTicks } from './ticks.js';

/** Where values are on an axis. */
export interface Scale {
  readonly ticks: readonly number[];
  /** From 0, at the first tick, to 1, at the last; undefined for what cannot be shown. */
  at(value: number): number | undefined;
}

const ticksWanted = 5;
const finestSeconds = 1;

/** The axis of a chart's values: it holds all of them, and the limit. */
export function valueScale({ lines, limit, scale }: Chart): Scale {
  const values = lines.flatMap(({ points }) => points.map(([, value]) => value));
  const all = [...values, ...(limit ? [limit.value] : [])].filter(Number.isFinite);
  const positive = all.filter((value) => value > 0);
  if (scale === 'log' && positive.length > 0) {
    const [min, max] = [positive.reduce((a, b) => Math.min(a, b)), positive.reduce((a, b) => Math.max(a, b))];
    return between(logTicks(min, max), Math.log10);
  }
  return between(
    linearTicks(
      all.reduce((a, b) => Math.max(a, b), 0),
      ticksWanted,
    ),
    (value) => value,
  );
}

/** The axis of time, of all charts together, so that what is below each other happened together. */
export function timeScale(charts: readonly Chart[]): Scale {
  const times = charts.flatMap(({ lines }) => lines.flatMap(({ points }) => points.map(([time]) => time)));
  const last = times.reduce((a, b) => Math.max(a, b), 0);
  const ticks = linearTicks(last, ticksWanted * 2, finestSeconds);
  // Time ends with the run, and not with a round number.
  const end = last > 0 ? last : (ticks.at(-1) as number);
  return { ticks: ticks.filter((tick) => tick <= end), at: (time) => time / end };
}

function between(ticks: readonly number[], transform: (value: number) => number): Scale {
  const [from, to] = [transform(ticks[0] as number), transform(ticks.at(-1) as number)];
  return {
    ticks,
    at: (value) => {
      const place = (transform(value) - from) / (to - from);
      return Number.isFinite(place) ? place : undefined;
    },
  };
}
