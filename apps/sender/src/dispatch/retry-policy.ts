const firstMs = 1_000;
const longestMs = 5 * 60_000;

/**
 * When a send that the provider did not take is tried again: 1 s, doubled each time up to 5 min, each with ±20 %
 * of jitter so that a crowd that failed together does not come back together.
 * @param attempt the one that failed, from 1
 * @param random in [0, 1)
 */
export function retryDelayMs(attempt: number, random = Math.random()): number {
  const base = Math.min(firstMs * 2 ** Math.min(attempt - 1, 20), longestMs);
  return Math.round(base * (0.8 + 0.4 * random));
}
