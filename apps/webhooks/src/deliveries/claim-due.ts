import type { Sql } from '@qflow/persistence';

/** What a replica wants of one subscription. */
export interface ClaimWish {
  subscriptionId: string;
  /** So many at the most. */
  room: number;
  /** How long the claims last. */
  claimMs: number;
}

/** A delivery that is this replica's until the claim lapses. */
export interface Claim {
  subscription_id: string;
  delivery_id: string;
  /** Until the end of its schedule. */
  expires_ms: number;
  claim_ms: number;
}

const columns = `AS wish (subscription_id, room, claim_ms)`;
const wishes = `unnest($1::uuid[], $2::int[], $3::float8[]) ${columns}`;

const parametersOf = (asked: readonly ClaimWish[]): unknown[] => [
  asked.map(({ subscriptionId }) => subscriptionId),
  asked.map(({ room }) => room),
  asked.map(({ claimMs }) => claimMs),
];

/** By their place in the table: whatever PostgreSQL believes that there is, it does not read the whole table for that. */
const claimed = `
  UPDATE waiting SET due_at = now() + wish.claim_ms * interval '1 millisecond', claimed = true FROM ${wishes}
   WHERE waiting.ctid = ANY (ARRAY(SELECT place FROM picked)) AND waiting.subscription_id = wish.subscription_id
  RETURNING waiting.subscription_id, waiting.delivery_id, wish.claim_ms,
            (extract(epoch FROM waiting.expires_at - now()) * 1000)::float8 AS expires_ms`;

/**
 * Claims what is due and may go out at once, oldest first: retries of healthy endpoints, first attempts that found no
 * room, and claims that lapsed because their process died. One statement for all subscriptions, and each gets no more
 * than it has room for, so that one with a million deliveries due costs what one with ten does.
 */
export const claimDue = async (sql: Sql, asked: readonly ClaimWish[]): Promise<Claim[]> =>
  asked.length === 0
    ? []
    : sql<Claim>(
        `WITH picked AS (
           SELECT due.place FROM ${wishes} CROSS JOIN LATERAL (
             SELECT ctid AS place FROM waiting
              WHERE waiting.subscription_id = wish.subscription_id AND NOT paced AND due_at <= now()
              ORDER BY due_at LIMIT wish.room FOR UPDATE SKIP LOCKED) AS due)
         ${claimed}`,
        parametersOf(asked),
      );

/**
 * Claims what is due of paced deliveries, oldest first, as far as the subscription's rate allows. `pace` holds, per
 * subscription, when the next one may go out (the "generic cell rate algorithm", with a burst of one second); whoever
 * claims holds its row, and others go without, so all replicas together keep to the one rate.
 * @param ratePerSecond of one subscription, over all replicas
 */
export async function claimPaced(
  sql: Sql,
  asked: readonly ClaimWish[],
  ratePerSecond: number,
): Promise<Claim[]> {
  if (asked.length === 0) return [];
  await sql(
    `INSERT INTO pace (subscription_id, free_at)
     SELECT id, '-infinity' FROM unnest($1::uuid[]) AS asked (id) ON CONFLICT DO NOTHING`,
    [asked.map(({ subscriptionId }) => subscriptionId)],
  );
  return sql<Claim>(
    `WITH held AS (
       SELECT wish.*, greatest(pace.free_at, now() - interval '1 second') AS free_at
         FROM pace JOIN ${wishes} USING (subscription_id) FOR UPDATE OF pace SKIP LOCKED),
     allowed AS (
       SELECT subscription_id, free_at,
              least(room, floor(extract(epoch FROM now() - free_at) * $4::float8))::int AS most FROM held),
     picked AS (
       SELECT due.* FROM allowed CROSS JOIN LATERAL (
         SELECT subscription_id, ctid AS place FROM waiting
          WHERE waiting.subscription_id = allowed.subscription_id AND paced AND due_at <= now()
          ORDER BY due_at LIMIT greatest(allowed.most, 0) FOR UPDATE SKIP LOCKED) AS due),
     spent AS (
       UPDATE pace SET free_at = allowed.free_at + taken.count / $4::float8 * interval '1 second'
         FROM allowed JOIN (SELECT subscription_id, count(*) AS count FROM picked GROUP BY subscription_id) AS taken
           USING (subscription_id)
        WHERE pace.subscription_id = allowed.subscription_id)
     ${claimed}`,
    [...parametersOf(asked), ratePerSecond],
  );
}
