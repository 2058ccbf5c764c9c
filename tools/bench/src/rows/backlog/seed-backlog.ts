import type { Pool } from 'pg';

export interface BacklogSeed {
  readonly subscriptionId: string;
  readonly accountId: string;
  readonly deliveries: number;
  /** Told how many are there. */
  readonly progress: (made: number) => void;
  readonly signal: AbortSignal;
}

/** So many in one statement: seconds of work, and a transaction that nobody notices. */
const chunk = 50_000;

/**
 * What an outage of six hours leaves behind, as the engine would: nine in ten were stored while the circuit was open and
 * have not been tried yet, the others have failed once.
 */
const insertChunk = `
  WITH made AS (
    SELECT uuidv7(shift) AS id, uuidv7(shift) AS event_id, uuidv7(shift) AS send_id, now() + shift AS at,
           number % 10 = 0 AS tried
      FROM (SELECT number, -interval '6 hours' * (1 - number::float8 / $3) AS shift
              FROM generate_series($4::int, $5::int) AS number) AS numbered),
  logged AS (
    INSERT INTO deliveries (id, subscription_id, account_id, event_id, event_type, send_id, body, status, attempts,
           attempted_at, duration_ms, error_code, error, created_at)
    SELECT id, $1, $2, event_id, 'comms.delivered', send_id,
           '{"id":"' || event_id || '","type":"comms.delivered","createdAt":"' ||
             to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '","data":{"attendeeId":"' || send_id ||
             '","templateId":"' || send_id || '","attendeeInvitationId":"' || send_id ||
             '","status":"delivered","error":null,"correlationId":null}}',
           CASE WHEN tried THEN 'retrying' ELSE 'pending' END, tried::int,
           CASE WHEN tried THEN at END, CASE WHEN tried THEN 1 END,
           CASE WHEN tried THEN 'ECONNREFUSED' END, CASE WHEN tried THEN 'connection refused' END, at
      FROM made)
  INSERT INTO waiting (subscription_id, delivery_id, due_at, paced, expires_at)
  SELECT $1, id, at, true, at + interval '27 hours' FROM made`;

/** Puts deliveries that wait into the tables, straight: through the engine it would take hours. */
export async function seedBacklog(database: Pool, seed: BacklogSeed): Promise<void> {
  const { subscriptionId, accountId, deliveries, progress, signal } = seed;
  const client = await database.connect();
  try {
    await client.query('SET synchronous_commit = off');
    for (let made = 0; made < deliveries; made += chunk) {
      signal.throwIfAborted();
      const last = Math.min(made + chunk, deliveries);
      await client.query(insertChunk, [subscriptionId, accountId, deliveries, made + 1, last]);
      progress(last);
    }
    // As they are some time later in real life; and what the seeding has left to be written is not measured.
    for (const command of ['VACUUM ANALYZE deliveries', 'VACUUM ANALYZE waiting', 'CHECKPOINT'])
      await client.query(command);
  } finally {
    client.release(true);
  }
}
