import type { DisabledReason } from '@qflow/contracts';
import { columnArrays, prepared, unnest, type OutboxEntry, type Sql } from '@qflow/persistence';
import { policyOf } from '../dispatch/retry-policy.js';
import type { SubscriptionRow } from '../subscriptions/subscription.js';
import type { Ending } from './ending.js';
import { endpointEvent } from './endpoint-event.js';
import { standingAfter, type Announcement, type Change } from './standing.js';

/** What endings came to; for the log and the counters once it is committed (`standing-report.ts`). */
export interface Turn extends Announcement {
  subscriptionId: string;
  accountId: string;
}

export interface StandingUpdate {
  /** Operational events, to be written to the outbox in the same transaction. */
  entries: OutboxEntry[];
  /** Accounts of which a subscription was disabled. */
  changed: string[];
  turns: Turn[];
}

type LockedSubscription = Pick<
  SubscriptionRow,
  'id' | 'account_id' | 'url' | 'format' | 'retry' | 'active' | 'failures' | 'warned' | 'updated_at'
>;

/**
 * Counts deliveries that are over towards the standing of their subscriptions, in the order given, in the caller's
 * transaction, which sees to it that each is told once. Deliveries that succeed while there is nothing to take back,
 * which is nearly all of them, cost one look by primary key: nothing is locked and nothing written.
 *
 * An attempt that was under way while the owner changed the subscription (enabled it again, gave it another URL) was made
 * with what it was before, and says nothing about what it is now.
 */
export async function updateStanding(sql: Sql, endings: readonly Ending[]): Promise<StandingUpdate> {
  const bySubscription = group(endings);
  const rows = await lockAffected(sql, bySubscription);
  const changes = rows.map((row) => ({ row, ...changeOf(row, bySubscription.get(row.id) ?? []) }));
  await write(
    sql,
    changes.filter(({ row, standing }) => isChanged(row, standing)),
  );
  const turns = changes.flatMap(({ row, announce }) =>
    announce.map((announcement) => ({ row, announcement })),
  );
  return {
    entries: turns.map(({ row, announcement }) => endpointEvent(row, announcement)),
    changed: [
      ...new Set(changes.filter(({ standing }) => !standing.active).map(({ row }) => row.account_id)),
    ],
    turns: turns.map(({ row, announcement }) => ({
      ...announcement,
      subscriptionId: row.id,
      accountId: row.account_id,
    })),
  };
}

function group(endings: readonly Ending[]): Map<string, Ending[]> {
  const groups = new Map<string, Ending[]>();
  for (const ending of endings) {
    const group = groups.get(ending.subscriptionId);
    if (group) group.push(ending);
    else groups.set(ending.subscriptionId, [ending]);
  }
  return groups;
}

const lock = prepared(`
  SELECT id, account_id, url, format, retry, active, failures, warned, updated_at FROM subscriptions
   WHERE id = ANY($1::uuid[]) AND active AND deleted_at IS NULL
     AND (failures > 0 OR warned > 0 OR id = ANY($2::uuid[]))
   ORDER BY id FOR NO KEY UPDATE`);

/**
 * Locks the subscriptions that the endings may change: those with a failure, and those whose success takes something
 * back. A success that meets a failure not committed yet counts as before it. Ordered, so that two transactions that
 * share subscriptions wait for each other instead of deadlocking.
 */
async function lockAffected(
  sql: Sql,
  bySubscription: ReadonlyMap<string, readonly Ending[]>,
): Promise<LockedSubscription[]> {
  if (bySubscription.size === 0) return [];
  const failed = [...bySubscription]
    .filter(([, endings]) => endings.some(({ outcome }) => outcome !== 'delivered'))
    .map(([id]) => id);
  return sql<LockedSubscription>(lock, [[...bySubscription.keys()], failed]);
}

const changeOf = (row: LockedSubscription, endings: readonly Ending[]): Change =>
  standingAfter(
    {
      active: row.active,
      failures: row.failures,
      warned: row.warned,
      disableAfter: policyOf(row.format, row.retry).disableAfter,
    },
    endings.filter(({ changedAt }) => changedAt === null || changedAt.getTime() === row.updated_at.getTime()),
  );

const isChanged = (row: LockedSubscription, after: Change['standing']): boolean =>
  row.active !== after.active || row.failures !== after.failures || row.warned !== after.warned;

const columns = { id: 'uuid', failures: 'int', warned: 'int', disabled_reason: 'text' };

async function write(sql: Sql, changes: readonly ({ row: LockedSubscription } & Change)[]): Promise<void> {
  if (changes.length === 0) return;
  await sql(
    `UPDATE subscriptions SET failures = new.failures, warned = new.warned, active = new.disabled_reason IS NULL,
            disabled_reason = new.disabled_reason,
            disabled_at = CASE WHEN new.disabled_reason IS NOT NULL THEN now() END,
            updated_at = CASE WHEN new.disabled_reason IS NULL THEN subscriptions.updated_at ELSE now() END
       FROM ${unnest(columns)} AS new (${Object.keys(columns).join(', ')})
      WHERE subscriptions.id = new.id`,
    columnArrays(
      columns,
      changes.map(({ row, standing, announce }) => ({
        id: row.id,
        failures: standing.failures,
        warned: standing.warned,
        disabled_reason: reasonOf(announce),
      })),
    ),
  );
}

/** Only the last word can be that it is disabled. */
const reasonOf = (announce: readonly Announcement[]): DisabledReason | null =>
  announce.at(-1)?.disabledReason ?? null;
