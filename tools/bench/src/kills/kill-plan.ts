import type { ProcessName } from '@qflow/local-stack';
import { exponentialGap, seededRandom, type Random } from '../load/random.js';

/** Whom a row may kill. */
export type Victim = ProcessName | 'webhooks-2';

export interface PlannedKill {
  /** Seconds from the beginning. */
  readonly at: number;
  readonly victim: Victim;
}

export interface KillPlanOptions {
  readonly seed: number;
  readonly seconds: number;
  /** On average. */
  readonly perMinute: number;
  readonly victims: readonly Victim[];
}

/**
 * When to kill whom: at random moments, independent of each other, so that some come while others are still down. Each
 * victim has its turn before any has a second one.
 */
export function killPlan({ seed, seconds, perMinute, victims }: KillPlanOptions): PlannedKill[] {
  const random = seededRandom(seed);
  const gap = () => exponentialGap(random, perMinute / 60);
  const plan: PlannedKill[] = [];
  let round: Victim[] = [];
  for (let at = gap(); at < seconds; at += gap()) {
    if (round.length === 0) round = shuffled(victims, random);
    plan.push({ at, victim: round.pop() as Victim });
  }
  return plan;
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [result[last], result[other]] = [result[other] as T, result[last] as T];
  }
  return result;
}
