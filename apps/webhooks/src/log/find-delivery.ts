import { CodedError, isId } from '@qflow/contracts';
import type { Sql } from '@qflow/persistence';
import { logColumns, type LogRow } from './log-row.js';

/** One delivery of a subscription, with the body it is posted with; undefined where the log has none such. */
export async function findDelivery(
  sql: Sql,
  subscriptionId: string,
  id: string,
): Promise<(LogRow & { body: string }) | undefined> {
  if (!isId(id)) return undefined;
  const [row] = await sql<LogRow & { body: string }>(
    `SELECT body, ${logColumns} FROM deliveries WHERE subscription_id = $1 AND id = $2`,
    [subscriptionId, id],
  );
  return row;
}

export const unknownDelivery = (): CodedError =>
  new CodedError('not_found', 'There is no such delivery in the log of this webhook.');
