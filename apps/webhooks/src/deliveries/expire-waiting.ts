import { writeOutbox, type Sql } from '@qflow/persistence';
import { updateStanding } from '../standing/update-standing.js';
import { deadLetter, type DeadDelivery } from './dead-letter.js';
import type { Consequences } from './endings.js';
import { idBounds } from './id-bounds.js';

const chunk = 1_000;
/** The last retry of a schedule is due at its end: whoever has room for it comes first. */
const grace = '5 minutes';
/** An endpoint that took something within this time is back, and what waits for it waits for its turn only. */
const lately = '5 minutes';

interface Expired extends DeadDelivery {
  attempts: number;
}

const reasonOf = (attempts: number): string =>
  `the endpoint did not come back within its schedule; ${
    attempts === 1 ? '1 attempt was' : `${attempts} attempts were`
  } made`;

/**
 * Gives up deliveries that are past the end of their schedule and that nobody could attempt, because their endpoint is
 * away: the oldest of them, in the caller's transaction. A backlog that drains, however slowly, is left alone: each of
 * it gets its attempt, which is its last. A row that was attempted keeps what its last attempt ended with.
 * @returns how many, to be called again until it is none
 */
export async function expireWaiting(sql: Sql): Promise<Consequences & { expired: number }> {
  const waiting = await sql<{ subscription_id: string; delivery_id: string }>(
    `WITH expired AS (
       SELECT subscription_id, delivery_id FROM waiting
        WHERE expires_at < now() - interval '${grace}' AND due_at <= now()
          AND subscription_id NOT IN (SELECT subscription_id FROM pace WHERE took_at > now() - interval '${lately}')
        ORDER BY expires_at LIMIT ${chunk} FOR UPDATE SKIP LOCKED)
     DELETE FROM waiting USING expired
      WHERE waiting.subscription_id = expired.subscription_id AND waiting.delivery_id = expired.delivery_id
     RETURNING waiting.subscription_id, waiting.delivery_id`,
  );
  if (waiting.length === 0) return { expired: 0, outbox: [], changed: [], turns: [] };
  const dead = await giveUp(sql, waiting);
  const { entries, changed, turns } = await updateStanding(
    sql,
    dead.map(({ attempts, ...delivery }) => ({
      ...delivery,
      outcome: 'given-up' as const,
      error: reasonOf(attempts),
      changedAt: null,
    })),
  );
  const letters = dead.map((delivery) => deadLetter(delivery, reasonOf(delivery.attempts)));
  return {
    expired: waiting.length,
    outbox: await writeOutbox(sql, [...letters, ...entries]),
    changed,
    turns,
  };
}

function giveUp(
  sql: Sql,
  waiting: readonly { subscription_id: string; delivery_id: string }[],
): Promise<Expired[]> {
  const ids = waiting.map(({ delivery_id }) => delivery_id);
  return sql<Expired>(
    `UPDATE deliveries SET status = 'dead', error_code = coalesce(error_code, 'expired'),
            error = coalesce(error, 'the endpoint did not come back within its schedule')
       FROM unnest($1::uuid[], $2::uuid[]) AS expired (subscription_id, id)
      WHERE deliveries.subscription_id = expired.subscription_id AND deliveries.id = expired.id
        AND deliveries.id BETWEEN $3 AND $4 AND status IN ('pending', 'retrying')
     RETURNING deliveries.id, deliveries.subscription_id AS "subscriptionId", account_id AS "accountId",
               event_id AS "eventId", event_type AS "eventType", attempts`,
    [waiting.map(({ subscription_id }) => subscription_id), ids, ...idBounds(ids)],
  );
}
