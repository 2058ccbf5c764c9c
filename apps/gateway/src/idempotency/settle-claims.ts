import { columnArrays, unnest, type Sql } from '@qflow/persistence';
import type { Claim } from './claim-keys.js';

/** An answer as it is stored: its body and headers are encrypted. */
export interface SealedAnswer {
  status: number;
  answer: string;
}

/** A claim that has come to its end: with an answer to keep, or with null where there is none worth keeping. */
export interface Settled {
  claim: Claim;
  sealed: SealedAnswer | null;
}

const columns = {
  account_id: 'uuid',
  key_hash: 'bytea',
  seed: 'uuid',
  attempt: 'int',
  status: 'smallint',
  answer: 'text',
};

/**
 * Stores answers, and lets go of claims without one, so that a repetition need not wait for them to lapse; it goes on
 * with their seed. The first answer to a request is the one that counts: who was thought dead and taken over from is
 * told what the other has answered.
 * @returns per claim the answer that had been stored before, null where there was none
 */
export async function settleClaims(sql: Sql, settled: readonly Settled[]): Promise<(SealedAnswer | null)[]> {
  const rows = settled.map(({ claim, sealed }) => ({
    account_id: claim.accountId,
    key_hash: claim.keyHash,
    seed: claim.seed,
    attempt: claim.attempt,
    ...sealed,
  }));
  const stored = await sql<{ nth: number }>(
    `WITH asked AS (
       SELECT * FROM ${unnest(columns)}
                WITH ORDINALITY AS asked (account_id, key_hash, seed, attempt, status, answer, nth)),
     -- In the order of the key, as claims take them: a repetition that asks meanwhile must not lock this up.
     held AS MATERIALIZED (
       SELECT account_id, key_hash, k.seed, k.attempt
         FROM asked JOIN idempotency_keys k USING (account_id, key_hash)
        WHERE k.status IS NULL ORDER BY account_id, key_hash FOR UPDATE OF k)
     UPDATE idempotency_keys k
        SET status = asked.status, answer = asked.answer,
            claimed_until = CASE WHEN asked.status IS NULL THEN now() ELSE k.claimed_until END
       FROM asked JOIN held USING (account_id, key_hash)
      WHERE k.account_id = asked.account_id AND k.key_hash = asked.key_hash
        AND held.seed = asked.seed AND (asked.status IS NOT NULL OR held.attempt = asked.attempt)
     RETURNING asked.nth::int`,
    columnArrays(columns, rows),
  );
  const done = new Set(stored.map(({ nth }) => nth - 1));
  const late = settled.filter(({ sealed }, index) => sealed !== null && !done.has(index));
  const earlier = await answersTo(sql, late);
  return settled.map((one) => earlier.get(one) ?? null);
}

async function answersTo(sql: Sql, late: readonly Settled[]): Promise<Map<Settled, SealedAnswer>> {
  if (late.length === 0) return new Map();
  const rows = await sql<{ nth: number } & SealedAnswer>(
    `SELECT nth::int, status, answer
       FROM unnest($1::uuid[], $2::bytea[], $3::uuid[]) WITH ORDINALITY AS asked (account_id, key_hash, seed, nth)
       JOIN idempotency_keys k USING (account_id, key_hash, seed)
      WHERE status IS NOT NULL`,
    [
      late.map(({ claim }) => claim.accountId),
      late.map(({ claim }) => claim.keyHash),
      late.map(({ claim }) => claim.seed),
    ],
  );
  return new Map(rows.map(({ nth, status, answer }) => [late[nth - 1] as Settled, { status, answer }]));
}
