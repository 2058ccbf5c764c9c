import { setTimeout as pause } from 'node:timers/promises';
import { Latencies } from '../../measure/latencies.js';

/** What a stranger who comes now and then has seen. */
export interface Seen {
  /** Of asking whether the gateway is ready. */
  readonly ready: Latencies;
  /** Times that it was not, or did not say. */
  unready: number;
  /** Refusals that were looked at, and how many of them said when to come back. */
  refusals: number;
  toldWhen: number;
}

const everyMs = 200;

/**
 * Comes over new connections, beside the load, and looks at what the load's generator has no time for. It has no token:
 * while there is room, its guests are a 401.
 */
export async function probe(gateway: string, signal: AbortSignal): Promise<Seen> {
  const seen: Seen = { ready: new Latencies(), unready: 0, refusals: 0, toldWhen: 0 };
  const headers = { connection: 'close' };
  while (!signal.aborted) {
    const from = performance.now();
    const ready = await fetch(`${gateway}/health/ready`, { headers }).catch(() => undefined);
    await ready?.arrayBuffer();
    seen.ready.record((performance.now() - from) * 1_000);
    if (ready?.status !== 200) seen.unready += 1;
    const answer = await fetch(`${gateway}/api/guest`, { method: 'POST', headers }).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.status === 503 || answer?.status === 429) {
      seen.refusals += 1;
      if (Number(answer.headers.get('retry-after')) > 0) seen.toldWhen += 1;
    }
    await pause(everyMs, undefined, { signal }).catch(() => {});
  }
  return seen;
}
