import { eventTypes } from '@qflow/contracts';
import { lowestIdAt, type Sql } from '@qflow/persistence';
import type { DataSource } from 'typeorm';
import { logDays } from '../deliveries/log-tables.js';
import { indexedSubscription, inLogOrder } from '../log/in-log-order.js';

/** When an endpoint was last seen to work, and last seen not to. */
export interface LastOutcomes {
  success: Date | null;
  failure: Date | null;
}

type Found = LastOutcomes & { id: string };

const dayMs = 24 * 60 * 60 * 1000;
/** The newest deliveries nearly always tell; all of the log is asked only for what they do not. */
const newest = 100;

/** What is repeated was attempted in vain as well. */
const failing = ['retrying', 'failed', 'dead'];

/** Per subscription, as far back as the log goes. */
export function lastOutcomes(
  dataSource: DataSource,
  subscriptionIds: readonly string[],
  now = Date.now(),
): Promise<ReadonlyMap<string, LastOutcomes>> {
  const beginning = lowestIdAt(now - (logDays + 1) * dayMs);
  return inLogOrder(dataSource, async (sql) => {
    const found = await amongNewest(sql, subscriptionIds, beginning);
    const open = found.filter(({ seen }) => seen === newest);
    await lookFurther(sql, open, beginning, 'success', lastSuccess);
    await lookFurther(sql, open, beginning, 'failure', lastFailure);
    return new Map(found.map(({ id, success, failure }) => [id, { success, failure }]));
  });
}

/** One short walk of the primary key: whoever has fewer deliveries than it takes has been told all there is. */
const amongNewest = (
  sql: Sql,
  ids: readonly string[],
  beginning: string,
): Promise<(Found & { seen: number })[]> =>
  sql(
    `SELECT asked.id, recent.* FROM unnest($1::uuid[]) asked (id), LATERAL (
       SELECT max(attempted_at) FILTER (WHERE status = 'delivered') AS success,
              max(attempted_at) FILTER (WHERE status = ANY($3)) AS failure,
              count(*)::int AS seen
         FROM (SELECT status, attempted_at FROM deliveries WHERE subscription_id = asked.id AND id >= $2
                ORDER BY id DESC LIMIT ${newest}) walked) recent`,
    [ids, beginning, failing],
  );

async function lookFurther(
  sql: Sql,
  open: readonly Found[],
  beginning: string,
  outcome: keyof LastOutcomes,
  statement: string,
): Promise<void> {
  const missing = new Map(open.filter((one) => one[outcome] === null).map((one) => [one.id, one]));
  if (missing.size === 0) return;
  const kinds = outcome === 'success' ? eventTypes : failing;
  for (const { id, at } of await sql<{ id: string; at: Date | null }>(statement, [
    [...missing.keys()],
    beginning,
    kinds,
  ]))
    (missing.get(id) as Found)[outcome] = at;
}

/** The latest of each kind stands first in the index by which it is asked for. */
const latest = (condition: string): string =>
  `SELECT asked.id, max(first.attempted_at) AS at
     FROM unnest($1::uuid[]) asked (id) CROSS JOIN unnest($3::text[]) wanted (kind) LEFT JOIN LATERAL (
       SELECT attempted_at FROM deliveries
        WHERE ${indexedSubscription('asked.id')} AND ${condition} AND id >= $2
        ORDER BY id DESC LIMIT 1) first ON true
    GROUP BY asked.id`;

const lastSuccess = latest(`event_type = wanted.kind AND status = 'delivered'`);
const lastFailure = latest(`status = wanted.kind AND status <> 'delivered'`);
