import {
  deliveryStatuses,
  invalidField,
  type DeliveryStatus,
  type SubscriptionStats,
} from '@qflow/contracts';
import { dayOf, timeOfId } from '@qflow/persistence';
import type { DataSource } from 'typeorm';
import { logDays } from '../deliveries/log-tables.js';
import { ownSubscription } from '../subscriptions/own-subscription.js';
import { idsBetween, momentOf } from './id-range.js';
import { inLogOrder } from './in-log-order.js';

const dayMs = 24 * 60 * 60 * 1000;
/** Enough to tell how an endpoint does, and as quick to add up for a busy one as for another. */
const most = 5_000;

interface Row {
  by_status: Record<DeliveryStatus, number>;
  looked_at: number;
  oldest: string | null;
  more: boolean;
  /** p50, p95, p99; null where no attempt was made. */
  latency: [number, number, number] | null;
  attempts_per_delivery: number | null;
  waiting: number;
  last_error: SubscriptionStats['lastError'];
}

/**
 * How a subscription does. The newest {@link most} deliveries of the range stand for all of it. The last error is of the
 * newest failed attempt that is known of these: of one that is the latest of its delivery, or of an earlier one of the
 * newest delivery that took several.
 * @throws CodedError `not_found`, `validation_error` (`/since`)
 */
export function subscriptionStats(
  dataSource: DataSource,
  { accountId, subscriptionId, since }: { accountId: string; subscriptionId: string; since: string | null },
  now = Date.now(),
): Promise<SubscriptionStats> {
  return inLogOrder(dataSource, async (sql) => {
    await ownSubscription(sql, { accountId, id: subscriptionId });
    const from = since === null ? now - dayMs : startOf(since, now);
    const [row] = await sql<Row>(statistics, [subscriptionId, idsBetween(from, null).after]);
    return statsOf(row as Row, from, now);
  });
}

function startOf(since: string, now: number): number {
  const time = momentOf('/since', since);
  if (time > now) throw invalidField('/since', 'must not be in the future');
  if (time < dayOf(now) - logDays * dayMs)
    throw invalidField('/since', `must be within the last ${logDays} days: the log goes back no further`);
  return time;
}

/** One walk over the rows; of what is told in words, only the rows in question are looked at once more. */
const statistics = `
  WITH newest AS MATERIALIZED (
    SELECT id, status, attempts, duration_ms, coalesce(attempted_at, created_at) AS at, error IS NOT NULL AS failed
      FROM deliveries WHERE subscription_id = $1 AND id > $2 AND event_type <> 'comms.test'
     ORDER BY id DESC LIMIT ${most}),
  reached AS (SELECT id FROM newest OFFSET ${most - 1}),
  failures AS (
    SELECT coalesce(attempted_at, created_at) AS at, error_code, error, status_code FROM deliveries
     WHERE subscription_id = $1 AND id = (SELECT id FROM newest WHERE failed ORDER BY at DESC LIMIT 1)
    UNION ALL
    (SELECT at, error_code, error, status_code FROM attempts
      WHERE delivery_id = (SELECT id FROM newest WHERE attempts > 1 ORDER BY at DESC LIMIT 1) AND error IS NOT NULL
      ORDER BY attempt DESC LIMIT 1))
  SELECT json_build_object(${deliveryStatuses
    .map((status) => `'${status}', count(*) FILTER (WHERE status = '${status}')`)
    .join(', ')}) AS by_status,
         count(*)::int AS looked_at,
         percentile_cont(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY duration_ms) AS latency,
         avg(attempts) FILTER (WHERE status IN ('delivered', 'failed', 'dead'))::float8 AS attempts_per_delivery,
         (SELECT id FROM reached) AS oldest,
         EXISTS (SELECT FROM deliveries WHERE subscription_id = $1 AND id > $2 AND id < (SELECT id FROM reached)
                    AND event_type <> 'comms.test') AS more,
         (SELECT count(*)::int FROM (SELECT FROM waiting WHERE subscription_id = $1 LIMIT ${most}) AS waiting)
           AS waiting,
         (SELECT json_build_object('at', at, 'code', error_code, 'error', error, 'statusCode', status_code)
            FROM failures ORDER BY at DESC LIMIT 1) AS last_error
    FROM newest`;

/** Interpolated percentiles have long tails of digits that mean nothing. */
const short = (ms: number): number => Math.round(ms * 100) / 100;

function statsOf(row: Row, from: number, now: number): SubscriptionStats {
  const byStatus = row.by_status;
  const ended = byStatus.delivered + byStatus.failed + byStatus.dead;
  const [p50, p95, p99] = row.latency ?? [];
  const since = row.more && row.oldest ? timeOfId(row.oldest) : from;
  return {
    since: new Date(since).toISOString(),
    until: new Date(now).toISOString(),
    deliveries: row.looked_at,
    truncated: row.more,
    byStatus,
    successRate: ended === 0 ? null : byStatus.delivered / ended,
    latencyMs:
      p50 === undefined || p95 === undefined || p99 === undefined
        ? null
        : { p50: short(p50), p95: short(p95), p99: short(p99) },
    attemptsPerDelivery: row.attempts_per_delivery,
    waiting: row.waiting,
    lastError: row.last_error && { ...row.last_error, at: new Date(row.last_error.at).toISOString() },
  };
}
