import { isId, type DeliveryFilter, type DeliveryView, type Page, type PageRequest } from '@qflow/contracts';
import { fitting } from '@qflow/messaging';
import { decodeCursor, encodeCursor } from '@qflow/persistence';
import type { DataSource } from 'typeorm';
import { ownSubscription } from '../subscriptions/own-subscription.js';
import { idsBetween, momentOf, type IdRange } from './id-range.js';
import { inLogOrder, inOrder } from './in-log-order.js';
import { logColumns, type LogRow } from './log-row.js';
import { viewDeliveries } from './view-deliveries.js';

export type ListDeliveries = DeliveryFilter & PageRequest & { accountId: string; subscriptionId: string };

/**
 * A subscription's deliveries, newest first. A page is shorter than asked for where one answer cannot hold all of its
 * attempts; its cursor goes on after what was answered.
 * @throws CodedError `not_found`, `validation_error` (`/after`, `/since`, `/until`)
 */
export function listDeliveries(dataSource: DataSource, asked: ListDeliveries): Promise<Page<DeliveryView>> {
  const { accountId, subscriptionId, status, type, limit } = asked;
  return inLogOrder(dataSource, async (sql) => {
    await ownSubscription(sql, { accountId, id: subscriptionId });
    const rows = await sql<LogRow>(
      ...inOrder(
        { subscriptionId, status, type, range: rangeOf(asked) },
        { columns: logColumns, order: 'DESC', limit: limit + 1 },
      ),
    );
    const items = fitting(await viewDeliveries(sql, rows.slice(0, limit)));
    const last = items.at(-1);
    return { items, next: last && rows.length > items.length ? encodeCursor([last.id]) : null };
  });
}

function rangeOf({ since, until, after }: ListDeliveries): IdRange {
  const range = idsBetween(
    since === null ? null : momentOf('/since', since),
    until === null ? null : momentOf('/until', until),
  );
  if (after === null) return range;
  const [seen] = decodeCursor(after, [isId]) as [string];
  return { ...range, before: seen < range.before ? seen : range.before };
}
