import type { FormatName, RetryRules } from '@qflow/contracts';
import type { Sql } from '@qflow/persistence';

/** A subscription for which something is due. */
export interface DueSubscription {
  subscription_id: string;
  /** False while it is disabled, null where it has been deleted. */
  active: boolean | null;
  /** With its policy; null where it has been deleted. */
  format: FormatName | null;
  retry: RetryRules | null;
  /** How late the oldest is of what may go out at once, ms; null where there is none. */
  late_ms: number | null;
  /** Whether something is due of what goes out no faster than the replay rate. */
  paced: boolean;
}

/**
 * The subscriptions for which something is due. Two looks into the index for each subscription that has anything
 * waiting at all (a "loose index scan"), whether that is one delivery or a million.
 * @param except those that have no room here just now
 */
export const findDue = (sql: Sql, except: readonly string[]): Promise<DueSubscription[]> =>
  sql<DueSubscription>(
    `WITH RECURSIVE waits (subscription_id) AS (
       (SELECT subscription_id FROM waiting ORDER BY subscription_id LIMIT 1)
       UNION ALL
       SELECT (SELECT waiting.subscription_id FROM waiting WHERE waiting.subscription_id > waits.subscription_id
                ORDER BY waiting.subscription_id LIMIT 1)
         FROM waits WHERE waits.subscription_id IS NOT NULL)
     SELECT waits.subscription_id, subscriptions.active, subscriptions.format,
            subscriptions.retry, unpaced.late_ms, paced.due IS NOT NULL AS paced
       FROM waits
       LEFT JOIN LATERAL (
         SELECT (extract(epoch FROM now() - due_at) * 1000)::float8 AS late_ms FROM waiting
          WHERE waiting.subscription_id = waits.subscription_id AND NOT paced AND due_at <= now()
          ORDER BY due_at LIMIT 1) AS unpaced ON true
       LEFT JOIN LATERAL (
         SELECT true AS due FROM waiting
          WHERE waiting.subscription_id = waits.subscription_id AND paced AND due_at <= now()
          ORDER BY due_at LIMIT 1) AS paced ON true
       LEFT JOIN subscriptions ON subscriptions.id = waits.subscription_id AND subscriptions.deleted_at IS NULL
      WHERE waits.subscription_id <> ALL($1::uuid[]) AND (unpaced.late_ms IS NOT NULL OR paced.due)`,
    [except],
  );
