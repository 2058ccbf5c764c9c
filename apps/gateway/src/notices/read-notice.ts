import { CodedError } from '@qflow/contracts';
import type { Sql } from '@qflow/persistence';
import { noticeColumns } from './list-notices.js';
import type { Notice } from './notice.dto.js';

/**
 * Marks a notice as read; the first time stays.
 * @throws CodedError `not_found`, also for another account's notice
 */
export async function readNotice(sql: Sql, accountId: string, id: string): Promise<Notice> {
  const [notice] = await sql<Notice>(
    `UPDATE notices SET read_at = COALESCE(read_at, now()) WHERE account_id = $1 AND id = $2
     RETURNING ${noticeColumns}`,
    [accountId, id],
  );
  if (!notice) throw new CodedError('not_found', 'The notice does not exist.');
  return notice;
}
