/** What happened in one second of a run. */
export interface Second {
  /** From the beginning of the timeline. */
  readonly second: number;
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** Latencies second by second, each counted where it ended; exact, 8 bytes each. */
export class Timeline {
  readonly #seconds: number[][] = [];
  #start: number | undefined;

  /** @param start On the clock of `nowMicros`; the first latency's moment where left out. */
  constructor(start?: number) {
    this.#start = start;
  }

  /** @param at When it ended, on the clock of `nowMicros`. */
  record(at: number, micros: number): void {
    this.#start ??= at;
    const second = Math.max(0, Math.floor((at - this.#start) / 1_000_000));
    const there = this.#seconds[second];
    if (there) there.push(micros);
    else this.#seconds[second] = [micros];
  }

  /** Every second up to the last in which something ended; where nothing did, its latencies are NaN. */
  seconds(): Second[] {
    return Array.from({ length: this.#seconds.length }, (_, second) => {
      const sorted = Float64Array.from(this.#seconds[second] ?? []).sort();
      const at = (share: number) => (sorted[Math.ceil(share * sorted.length) - 1] ?? NaN) / 1_000;
      return { second, count: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
    });
  }
}

/** Slices of a run as if there had been nothing in between. */
export function behindEachOther(timelines: readonly Timeline[]): Second[] {
  // The last second of each is mostly not a whole one, and would look like a collapse.
  const whole = timelines.flatMap((timeline) => timeline.seconds().slice(0, -1));
  return whole.map((one, second) => ({ ...one, second }));
}
