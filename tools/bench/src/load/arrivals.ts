import { setImmediate as breathe, setTimeout as pause } from 'node:timers/promises';
import { nowMicros } from '../measure/clock.js';
import { exponentialGap, seededRandom } from './random.js';

export interface Load {
  /** Arrivals per second, on average. */
  readonly perSecond: number;
  readonly seconds: number;
  /** The same seed makes the same arrivals. */
  readonly seed: number;
}

/**
 * When the arrivals of an open-loop load are due, microseconds from its beginning: a Poisson process, as the sum of
 * many independent senders is. It does not care how the system is doing.
 */
export function* arrivalsOf({ perSecond, seconds, seed }: Load): Generator<number> {
  const random = seededRandom(seed);
  for (let at = exponentialGap(random, perSecond); at < seconds; at += exponentialGap(random, perSecond))
    yield Math.round(at * 1_000_000);
}

/**
 * The same process, given that it comes to exactly `perSecond` times `seconds` arrivals: what a row counts then does not depend on the luck of the
 * draw.
 */
export function exactArrivals({ perSecond, seconds, seed }: Load): number[] {
  const random = seededRandom(seed);
  const count = Math.round(perSecond * seconds);
  const moments: number[] = [];
  let sum = 0;
  for (let index = 0; index < count; index++) moments.push((sum += exponentialGap(random, perSecond)));
  // One gap more, behind the last: sums of such gaps, divided by their total, are as independent moments in order.
  sum += exponentialGap(random, perSecond);
  return moments.map((at) => Math.floor((at / sum) * seconds * 1_000_000));
}

/** Timers tell milliseconds; what is due within one is done now. */
const resolutionMicros = 1_000;

/**
 * Does `act` at each of the moments. Whoever measures from `due`, and not from when `act` came around to it, counts
 * the waiting that a slow system, or a slow generator, imposes (no coordinated omission).
 * @param act Is given its moment on {@link nowMicros}' clock. It must not wait for anything.
 * @throws the signal's reason when it fires
 */
export async function runArrivals(
  arrivals: Iterable<number>,
  act: (due: number, index: number) => void,
  signal?: AbortSignal,
): Promise<void> {
  const start = nowMicros();
  let index = 0;
  for (const offset of arrivals) {
    signal?.throwIfAborted();
    const due = start + offset;
    let early = due - nowMicros();
    // Late: answers that have arrived meanwhile are read all the same.
    if (early <= resolutionMicros && index % 64 === 0) await breathe();
    // A timer counts from the millisecond that has begun, so it may fire up to two too early: once more then.
    for (; early > resolutionMicros; early = due - nowMicros()) await pause(Math.floor(early / 1_000));
    act(due, index++);
  }
}
