import { setTimeout as pause } from 'node:timers/promises';

const usuallyEveryMs = 250;

export interface Patience {
  readonly seconds: number;
  readonly signal: AbortSignal;
  /** Between two looks; 250 unless told otherwise. */
  readonly everyMs?: number;
}

/**
 * Looks until the condition holds. A look that fails (a server is just being restarted) counts as "not yet".
 * @returns whether it came to hold in time
 */
export async function waitUntil(
  condition: () => Promise<boolean>,
  { seconds, signal, everyMs = usuallyEveryMs }: Patience,
): Promise<boolean> {
  const deadline = performance.now() + seconds * 1_000;
  for (;;) {
    if (await condition().catch(() => false)) return true;
    if (performance.now() > deadline) return false;
    await pause(everyMs, undefined, { signal });
  }
}
