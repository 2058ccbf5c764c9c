import type { Page, PageRequest } from '@qflow/contracts';
import { decodeCursor, type Sql } from '@qflow/persistence';
import { instant } from '../directory/find-event.js';
import { pageOfRows } from '../paging/rows-page.js';
import { isGuid } from '../validation/formats.js';
import type { Notice } from './notice.dto.js';

/** Columns of `notices` that make a {@link Notice}. */
export const noticeColumns = `id, kind, title, text, webhook_id AS "webhookId", ${instant('created_at')} AS created,
  ${instant('read_at')} AS read`;

/**
 * Newest first: the ids are those of events, in the order in which these happened.
 * @param unread whether only unread ones, or only read ones, are wanted
 * @throws CodedError `validation_error` (`/after`)
 */
export async function listNotices(
  sql: Sql,
  accountId: string,
  unread: boolean | undefined,
  { after, limit }: PageRequest,
): Promise<Page<Notice>> {
  const [id] = after === null ? [] : decodeCursor(after, [isGuid]);
  const state = unread === undefined ? '' : `AND read_at IS ${unread ? '' : 'NOT '}NULL`;
  const rows = await sql<Notice>(
    `SELECT ${noticeColumns} FROM notices WHERE account_id = $1 AND ($2::uuid IS NULL OR id < $2) ${state}
      ORDER BY id DESC LIMIT $3`,
    [accountId, id ?? null, limit + 1],
  );
  return pageOfRows(rows, limit, (notice) => [notice.id]);
}
