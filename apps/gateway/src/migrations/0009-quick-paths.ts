import type { MigrationInterface, QueryRunner } from 'typeorm';

/** For statements of the hot path that nearly always meet nothing in their way: calls that fit, guests who are new. */
export class QuickPaths1763700000009 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(countCalls);
    await runner.query(requireStored);
  }

  /** What counts calls answers what it answered before, so there is nothing to take back. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION require_stored');
  }
}

// Where a window is open and all that is asked for fits, counting is the update of one number in one row. All else is
// for the upsert, which grants call by call. Rows are taken in the order of their key, so that concurrent calls wait for
// each other instead of locking each other up.
const countCalls = `
  CREATE OR REPLACE FUNCTION count_calls(accounts uuid[], kinds text[], budgets int[], all_costs text[], seconds int)
  RETURNS TABLE (account_id uuid, kind text, used int, granted int, ms float8) LANGUAGE plpgsql AS $$
  #variable_conflict use_column
  DECLARE
    places int[] := '{1}';
    place int;
    asked_costs int[];
    asked_cost int;
    total int;
  BEGIN
    IF cardinality(accounts) > 1 THEN
      places := ARRAY(SELECT nth FROM unnest(accounts, kinds) WITH ORDINALITY AS asked (account, kind, nth)
                       ORDER BY account, kind);
    END IF;
    FOREACH place IN ARRAY places LOOP
      asked_costs := all_costs[place]::int[];
      total := 0;
      FOREACH asked_cost IN ARRAY asked_costs LOOP
        total := total + asked_cost;
      END LOOP;
      RETURN QUERY
      UPDATE rate_counters AS c SET used = c.used + total
       WHERE c.account_id = accounts[place] AND c.kind = kinds[place]
         AND c.window_ends > now() AND c.used + total <= budgets[place]
      RETURNING c.account_id, c.kind, c.used, total, (extract(epoch FROM c.window_ends - now()) * 1000)::float8;
      CONTINUE WHEN FOUND;
      RETURN QUERY
      INSERT INTO rate_counters AS c (account_id, kind, window_ends, used, budget, costs, granted)
      SELECT accounts[place], kinds[place], now() + make_interval(secs => seconds), granted, budgets[place],
             asked_costs, granted
        FROM grantable(budgets[place], asked_costs) AS granted
      ON CONFLICT ON CONSTRAINT rate_counters_pkey DO UPDATE
         SET budget = excluded.budget, costs = excluded.costs,
             (window_ends, used, granted) = (
               SELECT CASE WHEN over THEN excluded.window_ends ELSE c.window_ends END, before + more, more
                 FROM (SELECT c.window_ends <= now() AS over) AS w,
                      LATERAL (SELECT CASE WHEN over THEN 0 ELSE c.used END AS before) AS b,
                      LATERAL (SELECT grantable(excluded.budget - before, excluded.costs) AS more) AS g)
      RETURNING c.account_id, c.kind, c.used, c.granted,
                (extract(epoch FROM c.window_ends - now()) * 1000)::float8;
    END LOOP;
  END $$`;

// Has a statement that stores guests and their messages store all of it or nothing: messages go into one row together.
const requireStored = `
  CREATE FUNCTION require_stored(stored bigint, asked int) RETURNS void LANGUAGE plpgsql AS $$
  BEGIN
    IF stored < asked THEN
      RAISE EXCEPTION USING ERRCODE = 'QF001',
        MESSAGE = 'of some guests the id or the barcode is known: they are looked at one by one';
    END IF;
  END $$`;
