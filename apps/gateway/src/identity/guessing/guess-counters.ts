import type { Sql } from '@qflow/persistence';

/** How many wrong ones are free, and how waiting grows from there: doubled by each further one. */
export interface GuessPolicy {
  free: number;
  firstSeconds: number;
  maxSeconds: number;
}

/** A counter that refuses attempts for now. */
export interface Slowed {
  key: Buffer;
  /** Until it takes one again. */
  seconds: number;
}

/** Wrong guesses are forgotten when there was none for so long. */
const memory = `interval '1 hour'`;

const secondsLeft = `EXTRACT(EPOCH FROM slow_until - now())::float8 AS seconds`;

/** Which of the counters refuse attempts, longest first. */
export const slowedAmong = (sql: Sql, keys: readonly Buffer[]): Promise<Slowed[]> =>
  sql<Slowed>(
    `SELECT key, ${secondsLeft} FROM guesses WHERE key = ANY($1::bytea[]) AND slow_until > now() ORDER BY 2 DESC`,
    [keys],
  );

/**
 * Counts one wrong guess on each counter that is not slowed. Whoever guesses in parallel, at however many replicas,
 * meets the row's lock here: as many answers as there are free guesses, and no more, come out of it.
 * @returns the counters it was counted on, with how long each refuses from now on (0 or less: not at all)
 */
export function countFailure(sql: Sql, keys: readonly Buffer[], policy: GuessPolicy): Promise<Slowed[]> {
  const failures = 'CASE WHEN g.forget_at <= now() THEN 1 ELSE g.failures + 1 END';
  const wait = `CASE WHEN ${failures} < $2::int THEN interval '0'
    ELSE LEAST($4::int, $3::int * power(2, LEAST(${failures} - $2::int, 20))) * interval '1 second' END`;
  return sql<Slowed>(
    `INSERT INTO guesses AS g (key, failures, slow_until, forget_at)
     SELECT key, 1, now(), now() + ${memory} FROM unnest($1::bytea[]) AS key ORDER BY key
     ON CONFLICT (key) DO UPDATE SET failures = ${failures}, slow_until = now() + ${wait},
       forget_at = now() + ${wait} + ${memory}
     WHERE g.slow_until <= now()
     RETURNING key, ${secondsLeft}`,
    [keys, policy.free, policy.firstSeconds, policy.maxSeconds],
  );
}

/**
 * Clears a counter after a right guess, unless one of them all refuses attempts.
 * @returns those that do; where there are any, the guess must not be answered
 */
export const clearCounter = (sql: Sql, all: readonly Buffer[], cleared: Buffer): Promise<Slowed[]> =>
  sql<Slowed>(
    `WITH slowed AS (
       SELECT key, ${secondsLeft} FROM guesses WHERE key = ANY($1::bytea[]) AND slow_until > now()),
     cleared AS (
       DELETE FROM guesses WHERE key = $2 AND slow_until <= now() AND NOT EXISTS (SELECT FROM slowed))
     SELECT key, seconds FROM slowed ORDER BY 2 DESC`,
    [all, cleared],
  );

export const forgetOldGuesses = (sql: Sql): Promise<unknown> =>
  sql('DELETE FROM guesses WHERE forget_at < now()');
