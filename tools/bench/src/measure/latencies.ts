import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';

/** Half an hour: whatever takes longer counts as that. */
const highestMicros = 30 * 60 * 1_000_000;

/** What a distribution comes to, ms. */
export interface LatencySummary {
  readonly count: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** A latency distribution in constant memory, exact to three digits (HdrHistogram, as Node has it). */
export class Latencies {
  readonly #histogram: RecordableHistogram = createHistogram({
    lowest: 1,
    highest: highestMicros,
    figures: 3,
  });

  record(micros: number): void {
    this.#histogram.record(Math.min(highestMicros, Math.max(1, Math.round(micros))));
  }

  /** Takes the other's values in: percentiles of slices cannot be averaged, their distributions can be added. */
  add(other: Latencies): void {
    this.#histogram.add(other.#histogram);
  }

  summary(): LatencySummary {
    const { count } = this.#histogram;
    const at = (percentile: number) => (count === 0 ? 0 : this.#histogram.percentile(percentile) / 1_000);
    return { count, p50Ms: at(50), p90Ms: at(90), p99Ms: at(99), maxMs: at(100) };
  }
}
