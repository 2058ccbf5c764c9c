import { nowMicros } from '../measure/clock.js';
import { Latencies } from '../measure/latencies.js';
import { Timeline } from '../measure/timeline.js';

export interface ClosedLoopOptions {
  /** Calls under way at any moment. */
  readonly lanes: number;
  readonly seconds: number;
  /** @throws Error when it did not go as it should */
  readonly act: () => Promise<void>;
  readonly signal: AbortSignal;
}

/** What came of it; failures are not counted as calls. */
export interface LoopOutcome {
  readonly count: number;
  readonly seconds: number;
  readonly latencies: Latencies;
  readonly course: Timeline;
  readonly failures: number;
  /** The first one's words. */
  readonly failure: string | undefined;
}

/**
 * As much as the platform takes: each of the lanes makes its next call when its last one is answered. It finds a
 * throughput; its latencies are those of a full house.
 */
export async function closedLoop({ lanes, seconds, act, signal }: ClosedLoopOptions): Promise<LoopOutcome> {
  const start = nowMicros();
  const end = start + seconds * 1_000_000;
  const latencies = new Latencies();
  const course = new Timeline(start);
  let [count, failures, failure, last]: [number, number, string | undefined, number] = [
    0,
    0,
    undefined,
    start,
  ];
  const lane = async (): Promise<void> => {
    for (let asked = nowMicros(); asked < end && !signal.aborted; asked = nowMicros())
      try {
        await act();
        last = nowMicros();
        count += 1;
        latencies.record(last - asked);
        course.record(last, last - asked);
      } catch (error) {
        failures += 1;
        failure ??= (error as Error).message;
        // Whoever refuses everything at once is not asked a million times.
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  signal.throwIfAborted();
  return { count, seconds: (last - start) / 1_000_000, latencies, course, failures, failure };
}
