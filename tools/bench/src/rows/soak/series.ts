/** One thing that is looked at again and again. */
export interface Series {
  readonly name: string;
  readonly unit: string;
  /** Of the run, and what was seen then; in the order of time. */
  readonly points: readonly (readonly [seconds: number, value: number])[];
}

/** How much more it may be at last than at first and still be called the same. */
export interface Tolerance {
  /** Of what it was at first. */
  readonly share: number;
  /** In its unit, whatever it was. */
  readonly slack: number;
}

export interface Trend {
  /** The medians of the first and of the last third. */
  readonly first: number;
  readonly last: number;
  readonly max: number;
  /** Per hour, of the straight line that lies closest to all points. */
  readonly perHour: number;
  readonly isFlat: boolean;
}

/** What starts fills its caches and pools first: so much of the run does not count. */
const warmUpShare = 0.2;

/**
 * Whether something stays as it is. Both have to say that it grows, to be believed: thirds are compared by their
 * medians, which a single peak does not move, and the straight line through all points has to rise by as much.
 * @returns undefined where there are too few points to tell
 */
export function trendOf({ points }: Series, { share, slack }: Tolerance): Trend | undefined {
  const end = points.at(-1)?.[0] ?? 0;
  const counted = points.filter(([seconds, value]) => seconds >= end * warmUpShare && Number.isFinite(value));
  const third = Math.floor(counted.length / 3);
  if (third < 2) return undefined;
  const values = counted.map(([, value]) => value);
  const [first, last] = [median(values.slice(0, third)), median(values.slice(-third))];
  const perSecond = slopeOf(counted);
  const allowed = Math.max(Math.abs(first) * share, slack);
  const [from, to] = [counted[0]?.[0] ?? 0, counted.at(-1)?.[0] ?? 0];
  const isFlat = last - first <= allowed || perSecond * (to - from) <= allowed;
  return { first, last, max: Math.max(...values), perHour: perSecond * 3_600, isFlat };
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

/** Least squares. */
function slopeOf(points: Series['points']): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(points.map(([at]) => at)), mean(points.map(([, value]) => value))];
  const over = points.reduce((sum, [at]) => sum + (at - x) ** 2, 0);
  return over === 0 ? 0 : points.reduce((sum, [at, value]) => sum + (at - x) * (value - y), 0) / over;
}
