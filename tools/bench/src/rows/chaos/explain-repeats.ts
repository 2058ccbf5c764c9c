import type { Kill } from '../../kills/killer.js';
import type { Repeat } from '../../receiver/ledger.js';

/** From the arrival of a webhook until its outcome is committed and its event acknowledged, with room for a slow disk. */
const inFlightMicros = 2_000_000;
/** A process that nobody saw come back has done so by then. */
const assumedBackMicros = 15_000_000;

export const unexplained = 'no reason found';

/**
 * Why webhooks came more than once, counted by reason: they were in flight when somebody was killed, so the receiver
 * knew of them and the log did not. What no kill explains is a fault of the platform.
 */
export function explainRepeats(repeats: readonly Repeat[], kills: readonly Kill[]): Map<string, number> {
  const reasons = new Map<string, number>();
  for (const repeat of repeats)
    for (const reason of reasonsOf(repeat, kills)) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  return reasons;
}

/** Of each arrival but the last, which was followed by another one: what happened around it. */
export const reasonsOf = ({ at }: Repeat, kills: readonly Kill[]): string[] =>
  at.slice(0, -1).map((arrival) => {
    const kill = kills.find((one) => isAround(arrival, one));
    return kill ? `in flight when ${kill.victim} was killed` : unexplained;
  });

/** While a server is down, outcomes cannot be written either. */
const isAround = (arrival: number, { at, back = at + assumedBackMicros }: Kill): boolean =>
  arrival >= at - inFlightMicros && arrival <= back + inFlightMicros;
