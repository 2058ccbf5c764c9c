import { Latencies, type LatencySummary } from '../../measure/latencies.js';
import type { LogClient } from './log-client.js';
import type { Query } from './queries.js';

export interface Measured {
  readonly query: Query;
  readonly latency: LatencySummary;
  /** Before anything of it was in a cache. */
  readonly firstMs: number;
  readonly entries: number;
}

export async function measureQuery(
  client: LogClient,
  subscriptionId: string,
  query: Query,
  repeats: number,
): Promise<Measured> {
  const first = await client.ask(subscriptionId, query);
  const latencies = new Latencies();
  for (let made = 0; made < repeats; made++)
    latencies.record((await client.ask(subscriptionId, query)).ms * 1_000);
  return { query, latency: latencies.summary(), firstMs: first.ms, entries: first.entries };
}

export interface DeepPages {
  readonly latency: LatencySummary;
  readonly entries: number;
  readonly pages: number;
  /** Path and query of the deepest one. */
  readonly last: string;
}

/** Follows the `next` links from the newest delivery downwards. */
export async function measureDeepPages(
  client: LogClient,
  subscriptionId: string,
  most: number,
): Promise<DeepPages> {
  const latencies = new Latencies();
  let [entries, pages] = [0, 0];
  let next: string | undefined = `/api/comms/webhooks/${subscriptionId}/deliveries?limit=200`;
  let last = next;
  while (next !== undefined && pages < most) {
    last = next;
    const page = await client.get(next);
    latencies.record(page.ms * 1_000);
    entries += page.entries;
    pages += 1;
    next = page.next;
  }
  return { latency: latencies.summary(), entries, pages, last };
}
