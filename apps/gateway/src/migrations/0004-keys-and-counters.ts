import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the edge remembers of requests: answers by `Idempotency-Key`, and how much of its budgets an account has spent. */
export class KeysAndCounters1732200000004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...keys, ...counters]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE rate_counters, idempotency_keys');
    await runner.query('DROP FUNCTION count_calls, grantable');
  }
}

const keys = [
  `CREATE TABLE idempotency_keys (
    account_id uuid NOT NULL,
    -- SHA-256 of the key: the index stays small whatever integrators choose.
    key_hash bytea NOT NULL,
    -- SHA-256 of method, address and body: what the key was used for.
    fingerprint bytea NOT NULL,
    -- What the ids of everything the request creates follow from, in every attempt at it.
    seed uuid NOT NULL,
    -- Counts who has claimed the key, so that the first does not let go of what the second holds.
    attempt int NOT NULL,
    -- Until then somebody is at work on it; after that, without an answer, whoever was has died.
    claimed_until timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    -- Both null until there is an answer worth keeping.
    status smallint,
    -- Headers and body, encrypted with the key ring of SECRET_KEYS: some answers hold secrets.
    answer text,
    PRIMARY KEY (account_id, key_hash),
    CHECK ((status IS NULL) = (answer IS NULL))
  )`,
  `CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at)`,
];

const counters = [
  // Unlogged: a counter lives for a minute, and losing all of them in a crash costs one budget. For that, counting
  // writes no WAL, and a commit that has written none does not wait for the disk either (synchronous_commit or not).
  // Half-empty pages, so that updates stay within their page and need no index entry.
  `CREATE UNLOGGED TABLE rate_counters (
    account_id uuid NOT NULL,
    kind text NOT NULL,
    window_ends timestamptz NOT NULL,
    used int NOT NULL,
    -- What the last statement asked for, in order, and how much of it was granted: an upsert sees columns only.
    budget int NOT NULL,
    costs int[] NOT NULL,
    granted int NOT NULL,
    PRIMARY KEY (account_id, kind)
  ) WITH (fillfactor = 50)`,
  // How much of what is asked for fits into the room, each call as a whole or not at all, first come first served.
  `CREATE FUNCTION grantable(room int, costs int[]) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
   DECLARE
     cost int;
     granted int := 0;
   BEGIN
     FOREACH cost IN ARRAY costs LOOP
       IF cost <= room - granted THEN
         granted := granted + cost;
       END IF;
     END LOOP;
     RETURN granted;
   END $$`,
  // A function for its plan, which each connection makes once: planning this costs four times as much as doing it.
  // Rows are taken in the order of their key, so that concurrent calls wait for each other instead of locking each
  // other up. Arrays of costs come as texts, because arrays of different lengths make no matrix.
  `CREATE FUNCTION count_calls(accounts uuid[], kinds text[], budgets int[], all_costs text[], seconds int)
   RETURNS TABLE (account_id uuid, kind text, used int, granted int, ms float8) LANGUAGE plpgsql AS $$
   #variable_conflict use_column
   BEGIN
     RETURN QUERY
     INSERT INTO rate_counters AS c (account_id, kind, window_ends, used, budget, costs, granted)
     SELECT account_id, kind, now() + make_interval(secs => seconds), granted, budget, costs, granted
       FROM (SELECT account_id, kind, budget, costs::int[] AS costs, grantable(budget, costs::int[]) AS granted
               FROM unnest(accounts, kinds, budgets, all_costs) AS asked (account_id, kind, budget, costs)
             ) AS asked
      ORDER BY account_id, kind
     ON CONFLICT ON CONSTRAINT rate_counters_pkey DO UPDATE
        SET budget = excluded.budget, costs = excluded.costs,
            (window_ends, used, granted) = (
              SELECT CASE WHEN over THEN excluded.window_ends ELSE c.window_ends END, before + more, more
                FROM (SELECT c.window_ends <= now() AS over) AS w,
                     LATERAL (SELECT CASE WHEN over THEN 0 ELSE c.used END AS before) AS b,
                     LATERAL (SELECT grantable(excluded.budget - before, excluded.costs) AS more) AS g)
     RETURNING c.account_id, c.kind, c.used, c.granted,
               (extract(epoch FROM c.window_ends - now()) * 1000)::float8;
   END $$`,
];
