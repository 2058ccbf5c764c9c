import type { MissedDeliveries, SubscriptionChanges } from '@qflow/contracts';
import {
  inTransaction,
  sqlOf,
  writeOutbox,
  type KeyRing,
  type Sql,
  type StoredOutboxEntry,
} from '@qflow/persistence';
import type { DataSource } from 'typeorm';
import type { Destinations } from '../destinations/destinations.js';
import { recoveredEvent } from '../standing/endpoint-event.js';
import { checkFields } from './fields/check-fields.js';
import { missedDeliveries } from './missed-deliveries.js';
import { ownSubscription } from './own-subscription.js';
import { sealedHeaders } from './sealed-headers.js';
import type { SubscriptionRow } from './subscription.js';

export interface Updated {
  row: SubscriptionRow;
  /** Null unless it was enabled again and events came meanwhile. */
  missed: MissedDeliveries | null;
  /** To be published now that it is committed. */
  entries: StoredOutboxEntry[];
}

/** Enabling it, or saying so of one that is enabled, takes back all strikes and warnings. */
export const enabling = `active = true, disabled_reason = NULL, disabled_at = NULL, failures = 0, warned = 0,
  enabled_at = CASE WHEN active THEN enabled_at ELSE now() END`;

/** One that is disabled already stays so for the reason that it has. */
const pausing = `active = false, disabled_reason = coalesce(disabled_reason, 'paused'),
  disabled_at = coalesce(disabled_at, now())`;

/**
 * Changes what is given. `headers` and `retry` are replaced as a whole.
 * @throws CodedError `not_found`, `validation_error`
 */
export async function updateSubscription(
  dataSource: DataSource,
  changes: SubscriptionChanges,
  { keys, destinations }: { keys: KeyRing; destinations: Destinations },
): Promise<Updated> {
  // Nobody learns from a flaw whether a webhook of somebody else is there.
  const { format } = await ownSubscription(sqlOf(dataSource), changes);
  await checkFields(changes, format, destinations);
  return inTransaction(dataSource, async (sql) => {
    const before = await ownSubscription(sql, changes, { lock: true });
    const row = await write(sql, before, changes, keys);
    if (!changes.active) return { row, missed: null, entries: [] };
    const event = recoveredEvent(before, row);
    return {
      row,
      missed: before.active ? null : await missedDeliveries(sql, before),
      entries: await writeOutbox(sql, event ? [event] : []),
    };
  });
}

async function write(
  sql: Sql,
  before: SubscriptionRow,
  { url, events, active, headers, retry, description }: SubscriptionChanges,
  keys: KeyRing,
): Promise<SubscriptionRow> {
  const values = Object.entries({
    url,
    events,
    retry,
    description,
    headers: headers && sealedHeaders(keys, headers),
    header_names: headers && Object.keys(headers),
  }).filter(([, value]) => value !== undefined);
  const assignments = values.map(([column], index) => `${column} = $${index + 2}`);
  if (active !== undefined) assignments.push(active ? enabling : pausing);
  if (assignments.length === 0) return before;
  const [row] = await sql<SubscriptionRow>(
    `UPDATE subscriptions SET ${assignments.join(', ')}, updated_at = now() WHERE id = $1 RETURNING *`,
    [before.id, ...values.map(([, value]) => value)],
  );
  return row as SubscriptionRow;
}
