import type { Sql } from '@qflow/persistence';
import { keptHours } from './claim-keys.js';

const chunk = 2_000;

/**
 * Removes keys whose time is over, piece by piece.
 * @returns whether there may be more to remove
 */
export async function purgeKeys(sql: Sql): Promise<boolean> {
  const removed = await sql(
    `DELETE FROM idempotency_keys WHERE (account_id, key_hash) IN (
       SELECT account_id, key_hash FROM idempotency_keys
        WHERE created_at <= now() - interval '${keptHours} hours' LIMIT ${chunk} FOR UPDATE SKIP LOCKED)
     RETURNING account_id`,
  );
  return removed.length > 0;
}
