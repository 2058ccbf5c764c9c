import type { Page } from '@qflow/contracts';
import { encodeCursor } from '@qflow/persistence';

/**
 * A page out of the rows of a query that asked for one more than the page holds.
 * @param keyOf what the list is sorted by
 */
export function pageOfRows<Row>(rows: Row[], limit: number, keyOf: (row: Row) => string[]): Page<Row> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: last && rows.length > limit ? encodeCursor(keyOf(last)) : null };
}
