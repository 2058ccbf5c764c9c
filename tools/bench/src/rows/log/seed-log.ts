import type { Pool, PoolClient } from 'pg';
import type { Part } from './profiles.js';

export interface LogSeed {
  readonly accountId: string;
  readonly parts: readonly { readonly subscriptionId: string; readonly part: Part }[];
  /** All together. */
  readonly rows: number;
  readonly progress: (made: number) => void;
  readonly signal: AbortSignal;
}

const chunk = 100_000;

/**
 * Deliveries spread over a span of time, as the engine leaves them: the row holds the latest attempt, and the dead ones
 * have three earlier ones beside them. Types and statuses are drawn by weight: `$6` and `$8` are the upper bounds of
 * their shares.
 */
const insertChunk = `
  WITH drawn AS (
    SELECT shift, ($5::text[])[1 + width_bucket(random(), $6::float8[])] AS type,
           ($7::text[])[1 + width_bucket(random(), $8::float8[])] AS status
      FROM (SELECT make_interval(secs => -86400 * ($3::float8 + ($4::float8 - $3::float8) * number / $9::float8)) AS shift
              FROM generate_series($10::int, $11::int) AS number) AS numbered),
  made AS (
    SELECT uuidv7(shift) AS id, uuidv7(shift) AS event_id, uuidv7(shift) AS send_id, now() + shift AS at, type, status,
           CASE status WHEN 'dead' THEN 4 WHEN 'skipped' THEN 0 ELSE 1 END AS attempts,
           (20 + 400 * random() ^ 3)::int AS duration_ms
      FROM drawn),
  earlier AS (
    INSERT INTO attempts (delivery_id, attempt, at, duration_ms, status_code, error_code, error, answer)
    SELECT id, attempt, at + attempt * interval '5 minutes', duration_ms, 503, 'http_503', 'the endpoint answered 503',
           'Service Unavailable'
      FROM made CROSS JOIN generate_series(1, 3) AS attempt WHERE status = 'dead')
  INSERT INTO deliveries (id, subscription_id, account_id, event_id, event_type, send_id, correlation_id, body, status,
         attempts, attempted_at, duration_ms, status_code, error_code, error, answer, created_at)
  SELECT id, $1, $2, event_id, type, send_id, 'order-' || send_id,
         '{"id":"' || event_id || '","type":"' || type || '","createdAt":"' ||
           to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '","data":{"attendeeId":"' || send_id ||
           '","templateId":"' || send_id || '","attendeeInvitationId":"' || send_id || '","status":"' ||
           split_part(type, '.', 2) || '","error":null,"correlationId":"order-' || send_id || '"}}',
         status, attempts, CASE WHEN attempts > 0 THEN at END, CASE WHEN attempts > 0 THEN duration_ms END,
         CASE status WHEN 'delivered' THEN 200 WHEN 'failed' THEN 404 WHEN 'dead' THEN 503 END,
         CASE status WHEN 'failed' THEN 'http_404' WHEN 'dead' THEN 'http_503' END,
         CASE status WHEN 'failed' THEN 'the endpoint answered 404' WHEN 'dead' THEN 'the endpoint answered 503' END,
         CASE WHEN attempts > 0 THEN CASE status WHEN 'delivered' THEN 'ok' ELSE 'Service Unavailable' END END, at
    FROM made`;

/** Fills the log, straight into its tables: minutes instead of hours. */
export async function seedLog(database: Pool, seed: LogSeed): Promise<void> {
  const client = await database.connect();
  try {
    await client.query('SET synchronous_commit = off');
    let made = 0;
    for (const { subscriptionId, part } of seed.parts) {
      const whole = part.rows ?? Math.round((part.share ?? 0) * seed.rows);
      for (let from = 1; from <= whole; from += chunk) {
        seed.signal.throwIfAborted();
        const to = Math.min(from + chunk - 1, whole);
        await client.query(
          insertChunk,
          parametersOf(seed.accountId, subscriptionId, part, [whole, from, to]),
        );
        made += to - from + 1;
        seed.progress(made);
      }
    }
    await tidy(client);
  } finally {
    client.release(true);
  }
}

function parametersOf(accountId: string, subscriptionId: string, part: Part, range: number[]): unknown[] {
  const [types, statuses] = [drawOf(part.types), drawOf(part.statuses)];
  return [
    ...[subscriptionId, accountId, ...part.age],
    ...[types.values, types.bounds, statuses.values, statuses.bounds, ...range],
  ];
}

/**
 * For `width_bucket`: the values, and what a random number in [0, 1) is held against to pick one of them. The last one
 * needs no bound.
 */
export function drawOf(weights: Readonly<Record<string, number>>): { values: string[]; bounds: number[] } {
  const values = Object.keys(weights);
  const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
  let sum = 0;
  const bounds = Object.values(weights).map((weight) => (sum += weight) / total);
  return { values, bounds: bounds.slice(0, -1) };
}

/** As autovacuum leaves it some time later. */
async function tidy(client: PoolClient): Promise<void> {
  for (const command of ['VACUUM ANALYZE deliveries', 'VACUUM ANALYZE attempts', 'CHECKPOINT'])
    await client.query(command);
}
