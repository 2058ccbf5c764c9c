import type { Sql } from '@qflow/persistence';
import { idBounds } from '../deliveries/id-bounds.js';

/** A delivery that is to be made again, and the id of the one that does it. */
export interface Repeat {
  id: string;
  newId: string;
}

export interface HowToRepeat {
  subscriptionId: string;
  /** Whether no faster than the replay rate. */
  paced: boolean;
  /** How long its endpoint has, ms from now. */
  expiresMs: number;
}

/**
 * Makes deliveries again, in the order given: as new ones of the same events, with the same bodies, each with its row in
 * `waiting`. What a replay repeats is the original, also where the delivery given repeats it itself.
 * @returns how many were new; those made by an earlier try are left alone
 */
export async function repeatDeliveries(
  sql: Sql,
  repeats: readonly Repeat[],
  { subscriptionId, paced, expiresMs }: HowToRepeat,
): Promise<number> {
  if (repeats.length === 0) return 0;
  const ids = repeats.map(({ id }) => id);
  const [made] = await sql<{ deliveries: number }>(
    `WITH repeated AS (
       SELECT original.*, new_id, place
         FROM unnest($2::uuid[], $3::uuid[]) WITH ORDINALITY AS asked (id, new_id, place)
         JOIN deliveries AS original USING (id)
        WHERE original.subscription_id = $1 AND original.id BETWEEN $4 AND $5),
     made AS (
       INSERT INTO deliveries (id, subscription_id, account_id, event_id, event_type, send_id, correlation_id, origin,
              replay_of, body, status, created_at)
       SELECT new_id, subscription_id, account_id, event_id, event_type, send_id, correlation_id, 'replay',
              coalesce(replay_of, id), body, 'pending', now() FROM repeated
       ON CONFLICT DO NOTHING RETURNING id),
     later AS (
       -- Due in the order in which they are to go out, all of them now.
       INSERT INTO waiting (subscription_id, delivery_id, due_at, paced, expires_at)
       SELECT $1, new_id, now() - ($6 - place) * interval '1 microsecond', $7, now() + $8 * interval '1 millisecond'
         FROM repeated JOIN made ON made.id = new_id
       ON CONFLICT DO NOTHING)
     SELECT count(*)::int AS deliveries FROM made`,
    [
      subscriptionId,
      ids,
      repeats.map(({ newId }) => newId),
      ...idBounds(ids),
      repeats.length,
      paced,
      expiresMs,
    ],
  );
  return made?.deliveries ?? 0;
}
