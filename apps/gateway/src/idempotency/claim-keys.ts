import { columnArrays, unnest, type Sql } from '@qflow/persistence';
import { v7 as uuidv7 } from 'uuid';
import type { KeyUse } from './idempotency-key.js';

/** How long an answer is replayed (guide, "Idempotency"; 24 h as everywhere). */
export const keptHours = 24;

/**
 * How long a claim holds without an answer. Longer than any route takes, so that nobody takes over from the living;
 * and as long as a repetition has to wait when the process at work on the first has died.
 */
export const claimSeconds = 30;

/** The right to carry out a request, and to say what its answer is. */
export interface Claim extends KeyUse {
  seed: string;
  attempt: number;
}

/**
 * - `claimed`: carry it out. Where somebody has tried before and died, with the seed of that attempt.
 * - `answered`: it was carried out; this was the answer.
 * - `in_flight`: somebody is at work on it.
 * - `other_request`: the key was used for something else.
 */
export type ClaimOutcome =
  | { is: 'claimed'; claim: Claim }
  | { is: 'answered'; status: number; answer: string }
  | { is: 'in_flight' }
  | { is: 'other_request' };

const placeOf = (accountId: string, keyHash: Buffer): string => `${accountId}/${keyHash.toString('base64')}`;

/** Claims keys, all in one statement; a second one looks at those that were not to be had. */
export async function claimKeys(sql: Sql, uses: readonly KeyUse[]): Promise<ClaimOutcome[]> {
  // Of the same key several times at once, the first may have it.
  const first = new Map<string, KeyUse>();
  for (const use of uses) {
    const place = placeOf(use.accountId, use.keyHash);
    if (!first.has(place)) first.set(place, use);
  }
  const claims = await claim(sql, first);
  const taken = uses.filter((use) => claims.get(placeOf(use.accountId, use.keyHash))?.use !== use);
  const others = await outcomesOf(sql, taken);
  return uses.map((use) => {
    const claimed = claims.get(placeOf(use.accountId, use.keyHash));
    if (claimed?.use === use) return { is: 'claimed', claim: claimed.claim };
    // Gone between the two statements: it has just been purged, and the next try begins anew.
    return others.get(use) ?? { is: 'in_flight' };
  });
}

const columns = {
  account_id: 'uuid',
  key_hash: 'bytea',
  fingerprint: 'bytea',
  seed: 'uuid',
  attempt: 'int',
};

/**
 * A key is to be had where it is new, where its answer is older than {@link keptHours}, and where a claim has
 * lapsed. The last keeps its seed, so that what the dead one has done is found done.
 */
async function claim(
  sql: Sql,
  uses: ReadonlyMap<string, KeyUse>,
): Promise<Map<string, { use: KeyUse; claim: Claim }>> {
  const rows = [...uses.values()].map(({ accountId, keyHash, fingerprint }) => ({
    account_id: accountId,
    key_hash: keyHash,
    fingerprint,
    seed: uuidv7(),
    attempt: 1,
  }));
  const claimed = await sql<{ account_id: string; key_hash: Buffer; seed: string; attempt: number }>(
    `INSERT INTO idempotency_keys AS k
       (account_id, key_hash, fingerprint, seed, attempt, claimed_until, created_at)
     SELECT asked.*, now() + interval '${claimSeconds} seconds', now()
       FROM ${unnest(columns)} AS asked (${Object.keys(columns).join(', ')})
      -- In the order of the key, so that concurrent statements wait for each other instead of locking each other up.
      ORDER BY account_id, key_hash
     ON CONFLICT (account_id, key_hash) DO UPDATE
        SET fingerprint = excluded.fingerprint,
            seed = CASE WHEN ${expired} THEN excluded.seed ELSE k.seed END,
            created_at = CASE WHEN ${expired} THEN excluded.created_at ELSE k.created_at END,
            attempt = k.attempt + 1, claimed_until = excluded.claimed_until, status = NULL, answer = NULL
      WHERE ${expired}
         OR (k.status IS NULL AND k.claimed_until <= now() AND k.fingerprint = excluded.fingerprint)
     RETURNING account_id, key_hash, seed, attempt`,
    columnArrays(columns, rows),
  );
  return new Map(
    claimed.map(({ account_id, key_hash, seed, attempt }) => {
      const place = placeOf(account_id, key_hash);
      const use = uses.get(place) as KeyUse;
      return [place, { use, claim: { ...use, seed, attempt } }];
    }),
  );
}

const expired = `k.created_at <= now() - interval '${keptHours} hours'`;

async function outcomesOf(sql: Sql, uses: readonly KeyUse[]): Promise<Map<KeyUse, ClaimOutcome>> {
  if (uses.length === 0) return new Map();
  const rows = await sql<{ nth: number; same: boolean; status: number | null; answer: string | null }>(
    `SELECT nth::int, k.fingerprint = asked.fingerprint AS same, status, answer
       FROM unnest($1::uuid[], $2::bytea[], $3::bytea[])
              WITH ORDINALITY AS asked (account_id, key_hash, fingerprint, nth)
       JOIN idempotency_keys k USING (account_id, key_hash)`,
    [
      uses.map(({ accountId }) => accountId),
      uses.map(({ keyHash }) => keyHash),
      uses.map(({ fingerprint }) => fingerprint),
    ],
  );
  return new Map(rows.map((row) => [uses[row.nth - 1] as KeyUse, outcomeOf(row)]));
}

function outcomeOf(row: { same: boolean; status: number | null; answer: string | null }): ClaimOutcome {
  if (!row.same) return { is: 'other_request' };
  if (row.status === null || row.answer === null) return { is: 'in_flight' };
  return { is: 'answered', status: row.status, answer: row.answer };
}
