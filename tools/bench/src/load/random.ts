/** Numbers in [0, 1). */
export type Random = () => number;

/** Random numbers that a seed repeats (Mulberry32): a run that found something can be run again. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** How long until the next of events that come independently of each other, `perSecond` on average; seconds. */
export const exponentialGap = (random: Random, perSecond: number): number =>
  -Math.log(1 - random()) / perSecond;
