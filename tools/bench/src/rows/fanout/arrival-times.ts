import type { Second } from '../../measure/timeline.js';

/** When half and 99 % of everything had arrived; within a second, arrivals count as evenly spread. */
export function arrivalTimes(seconds: readonly Pick<Second, 'second' | 'count'>[]): {
  readonly p50Ms: number;
  readonly p99Ms: number;
} {
  const all = seconds.reduce((sum, { count }) => sum + count, 0);
  const at = (share: number): number => {
    let before = 0;
    for (const { second, count } of seconds) {
      if (count > 0 && before + count >= share * all)
        return (second + (share * all - before) / count) * 1_000;
      before += count;
    }
    return 0;
  };
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}
