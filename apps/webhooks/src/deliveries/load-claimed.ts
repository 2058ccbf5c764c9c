import type { EventType } from '@qflow/contracts';
import type { Sql } from '@qflow/persistence';
import type { Claim } from './claim-due.js';
import type { Delivery } from './delivery.js';
import { idBounds } from './id-bounds.js';
import { stopWaiting } from './stop-waiting.js';

interface Row {
  id: string;
  subscription_id: string;
  account_id: string;
  event_id: string;
  event_type: EventType;
  send_id: string | null;
  correlation_id: string | null;
  origin: Delivery['origin'];
  replay_of: string | null;
  body: string;
  attempts: number;
}

/** What the two clocks share is how long something takes: both moments are counted from the time of the claim. */
const deliveryOf = (row: Row, claim: Claim, claimedAt: number): Delivery => ({
  id: row.id,
  subscriptionId: row.subscription_id,
  accountId: row.account_id,
  eventId: row.event_id,
  eventType: row.event_type,
  sendId: row.send_id,
  correlationId: row.correlation_id,
  origin: row.origin,
  replayOf: row.replay_of,
  body: row.body,
  attempts: row.attempts,
  expiresAt: claimedAt + claim.expires_ms,
  claimedUntil: claimedAt + claim.claim_ms,
});

/**
 * Reads claimed deliveries from the log. One that is not there any more, or is over, waits for nothing, so its row in
 * `waiting` is removed.
 * @param claimedAt `performance.now()` before the claim was made
 */
export async function loadClaimed(
  sql: Sql,
  claims: readonly Claim[],
  claimedAt: number,
): Promise<Delivery[]> {
  if (claims.length === 0) return [];
  const ids = claims.map(({ delivery_id }) => delivery_id);
  const rows = await sql<Row>(
    `SELECT id, subscription_id, account_id, event_id, event_type, send_id, correlation_id, origin, replay_of, body,
            attempts
       FROM unnest($1::uuid[], $2::uuid[]) AS claimed (subscription_id, id)
       JOIN deliveries USING (subscription_id, id)
      WHERE deliveries.id BETWEEN $3 AND $4 AND status IN ('pending', 'retrying')`,
    [claims.map(({ subscription_id }) => subscription_id), ids, ...idBounds(ids)],
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  const gone = claims.filter(({ delivery_id }) => !byId.has(delivery_id));
  await stopWaiting(
    sql,
    gone.map(({ subscription_id, delivery_id }) => ({ subscriptionId: subscription_id, id: delivery_id })),
  );
  return claims.flatMap((claim) => {
    const row = byId.get(claim.delivery_id);
    return row ? [deliveryOf(row, claim, claimedAt)] : [];
  });
}
