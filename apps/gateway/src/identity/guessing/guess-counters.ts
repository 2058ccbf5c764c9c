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

/** An address is a name's home for so long after a login from there. */
const homeMemory = `interval '30 days'`;

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
       forget_at = GREATEST(g.forget_at, now() + ${wait} + ${memory})
     WHERE g.slow_until <= now()
     RETURNING key, ${secondsLeft}`,
    [keys, policy.free, policy.firstSeconds, policy.maxSeconds],
  );
}

/** Whether there was a login with this name from this address; its counter is kept from then on. */
export const isHome = async (sql: Sql, home: Buffer): Promise<boolean> =>
  (await sql('SELECT FROM guesses WHERE key = $1 AND forget_at > now()', [home])).length > 0;

/**
 * Starts counters anew after a right guess, unless one of them all refuses attempts.
 * @param cleared the counter that goes; null for none
 * @param home the counter that is kept for the next login from there
 * @returns those that refuse; where there are any, the guess must not be answered
 */
export const clearCounters = (
  sql: Sql,
  all: readonly Buffer[],
  cleared: Buffer | null,
  home: Buffer,
): Promise<Slowed[]> =>
  sql<Slowed>(
    `WITH slowed AS (
       SELECT key, ${secondsLeft} FROM guesses WHERE key = ANY($1::bytea[]) AND slow_until > now()),
     cleared AS (
       DELETE FROM guesses WHERE key = $2 AND slow_until <= now() AND NOT EXISTS (SELECT FROM slowed)),
     kept AS (
       INSERT INTO guesses AS g (key, failures, slow_until, forget_at)
       SELECT $3, 0, now(), now() + ${homeMemory} WHERE NOT EXISTS (SELECT FROM slowed)
       ON CONFLICT (key) DO UPDATE SET failures = 0, forget_at = EXCLUDED.forget_at WHERE g.slow_until <= now())
     SELECT key, seconds FROM slowed ORDER BY 2 DESC`,
    [all, cleared, home],
  );

export const forgetOldGuesses = (sql: Sql): Promise<unknown> =>
  sql('DELETE FROM guesses WHERE forget_at < now()');
