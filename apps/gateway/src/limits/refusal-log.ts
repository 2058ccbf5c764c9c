import type { Logger } from 'pino';

const everyMs = 1_000;

/**
 * Tells of refusals, in one line a second at the most: while thousands of requests are refused, a line for each would
 * cost more than refusing them.
 * @returns to be called for each
 */
export function refusalLog(logger: Logger): () => void {
  let untold = 0;
  let toldAt = -Infinity;
  return () => {
    untold += 1;
    const now = performance.now();
    if (now - toldAt < everyMs) return;
    logger.warn(
      { refused: untold },
      'requests were refused: more came at once than ROUTE_CONCURRENCY lets in',
    );
    untold = 0;
    toldAt = now;
  };
}
