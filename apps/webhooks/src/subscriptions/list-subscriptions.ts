import type { SubscriptionView } from '@qflow/contracts';
import { sqlOf } from '@qflow/persistence';
import type { DataSource } from 'typeorm';
import { lastOutcomes } from './last-outcomes.js';
import { subscriptionView } from './subscription-view.js';
import type { SubscriptionRow } from './subscription.js';

/** All of an account's, oldest first. */
export async function listSubscriptions(
  dataSource: DataSource,
  accountId: string,
): Promise<SubscriptionView[]> {
  const rows = await sqlOf(dataSource)<SubscriptionRow>(
    'SELECT * FROM subscriptions WHERE account_id = $1 AND deleted_at IS NULL ORDER BY created_at, id',
    [accountId],
  );
  return viewsOf(dataSource, rows);
}

/** The views of rows, with what the log knows of them. */
async function viewsOf(
  dataSource: DataSource,
  rows: readonly SubscriptionRow[],
): Promise<SubscriptionView[]> {
  if (rows.length === 0) return [];
  const outcomes = await lastOutcomes(
    dataSource,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => subscriptionView(row, outcomes.get(row.id)));
}

export async function viewOf(dataSource: DataSource, row: SubscriptionRow): Promise<SubscriptionView> {
  const [view] = await viewsOf(dataSource, [row]);
  return view as SubscriptionView;
}
