import { columnArrays, unnest, type Columns, type Sql } from '@qflow/persistence';
import { attemptColumns, attemptFields, type Attempt, type Entry } from './entry.js';
import { idBounds } from './id-bounds.js';
import { stopWaiting } from './stop-waiting.js';

/** A further attempt of a delivery that is in the log. */
export interface AttemptedEntry extends Entry {
  attempt: Attempt;
}

const columns: Columns = {
  subscription_id: 'uuid',
  id: 'uuid',
  attempts: 'int',
  status: 'text',
  ...attemptColumns,
};

const given = Object.keys(columns).length;

/**
 * The row holds the latest attempt, so the one it holds moves to `attempts` first. `before` reads the row as it was when
 * the statement began, also where PostgreSQL makes the update first.
 */
const recordAndMove = `
  WITH new AS (SELECT * FROM ${unnest(columns)} AS new (${Object.keys(columns).join(', ')})),
  before AS (
    SELECT log.* FROM new JOIN deliveries AS log USING (subscription_id, id)
     WHERE log.id BETWEEN $${given + 1} AND $${given + 2} AND log.attempts = new.attempts - 1
       AND log.attempted_at IS NOT NULL
       AND log.status IN ('pending', 'retrying')),
  moved AS (
    INSERT INTO attempts (delivery_id, attempt, at, duration_ms, status_code, error_code, error, answer)
    SELECT id, attempts, attempted_at, duration_ms, status_code, error_code, error, answer FROM before
    ON CONFLICT DO NOTHING)
  UPDATE deliveries AS log SET attempts = new.attempts, status = new.status, attempted_at = new.attempted_at,
         duration_ms = new.duration_ms, status_code = new.status_code, error_code = new.error_code,
         error = new.error, answer = new.answer
    FROM new
   WHERE log.subscription_id = new.subscription_id AND log.id = new.id
     AND log.id BETWEEN $${given + 1} AND $${given + 2} AND log.attempts = new.attempts - 1
     AND log.status IN ('pending', 'retrying')
  RETURNING log.id`;

/**
 * Writes attempts of deliveries that are in the log, in the caller's transaction. A delivery that is over, that another
 * replica attempted as well (its claim had lapsed), or that was deleted meanwhile stays as it is.
 * @returns those that counted
 */
export async function recordAttempts(
  sql: Sql,
  entries: readonly AttemptedEntry[],
): Promise<AttemptedEntry[]> {
  if (entries.length === 0) return [];
  const updated = await sql<{ id: string }>(recordAndMove, [
    ...columnArrays(columns, entries.map(rowOf)),
    ...idBounds(entries.map(({ delivery }) => delivery.id)),
  ]);
  const counted = new Set(updated.map(({ id }) => id));
  const kept = entries.filter(({ delivery }) => counted.has(delivery.id));
  await schedule(
    sql,
    kept.filter(({ verdict }) => verdict.waitMs !== null),
  );
  await stopWaiting(
    sql,
    kept.flatMap(({ delivery, verdict }) => (verdict.waitMs === null ? [delivery] : [])),
  );
  const delivered = kept.filter(({ verdict }) => verdict.status === 'delivered');
  await markRecovered(sql, delivered);
  await markTaken(sql, delivered);
  return kept;
}

const rowOf = ({ delivery, verdict, attempt }: AttemptedEntry) => ({
  subscription_id: delivery.subscriptionId,
  id: delivery.id,
  attempts: delivery.attempts + 1,
  status: verdict.status,
  ...attemptFields(attempt),
});

const waitingColumns: Columns = {
  subscription_id: 'uuid',
  delivery_id: 'uuid',
  wait_ms: 'float8',
  paced: 'bool',
  expires_ms: 'float8',
};

async function schedule(sql: Sql, entries: readonly Entry[]): Promise<void> {
  if (entries.length === 0) return;
  await sql(
    `INSERT INTO waiting (subscription_id, delivery_id, due_at, paced, expires_at)
     SELECT subscription_id, delivery_id, now() + wait_ms * interval '1 millisecond', paced,
            now() + expires_ms * interval '1 millisecond'
       FROM ${unnest(waitingColumns)} AS new (${Object.keys(waitingColumns).join(', ')})
     ON CONFLICT (subscription_id, delivery_id) DO UPDATE SET due_at = EXCLUDED.due_at, paced = EXCLUDED.paced, claimed = false`,
    columnArrays(
      waitingColumns,
      entries.map(({ delivery, verdict }) => ({
        subscription_id: delivery.subscriptionId,
        delivery_id: delivery.id,
        wait_ms: verdict.waitMs,
        paced: verdict.paced,
        expires_ms: delivery.expiresAt - performance.now(),
      })),
    ),
  );
}

/** What a replay repeated is no longer missing at its receiver; what had been delivered never was. */
async function markRecovered(sql: Sql, entries: readonly Entry[]): Promise<void> {
  const replays = entries.flatMap(({ delivery: { subscriptionId, replayOf } }) =>
    replayOf === null ? [] : [{ subscriptionId, replayOf }],
  );
  if (replays.length === 0) return;
  const originals = replays.map(({ replayOf }) => replayOf);
  await sql(
    `UPDATE deliveries SET recovered_at = now()
       FROM unnest($1::uuid[], $2::uuid[]) AS original (subscription_id, id)
      WHERE deliveries.subscription_id = original.subscription_id AND deliveries.id = original.id
        AND deliveries.id BETWEEN $3 AND $4 AND deliveries.recovered_at IS NULL
        AND deliveries.status <> 'delivered'`,
    [replays.map(({ subscriptionId }) => subscriptionId), originals, ...idBounds(originals)],
  );
}

/**
 * What waits for an endpoint that takes deliveries again is not given up for being late (see `expireWaiting`). Written
 * now and then is enough; whoever finds the row locked leaves it to the others, so nobody waits here.
 */
async function markTaken(sql: Sql, entries: readonly Entry[]): Promise<void> {
  if (entries.length === 0) return;
  await sql(
    `UPDATE pace SET took_at = now()
      WHERE subscription_id IN (
        SELECT subscription_id FROM pace
         WHERE subscription_id = ANY($1::uuid[]) AND (took_at IS NULL OR took_at < now() - interval '10 seconds')
           FOR UPDATE SKIP LOCKED)`,
    [[...new Set(entries.map(({ delivery }) => delivery.subscriptionId))]],
  );
}
