import type { Page, PageRequest } from '@qflow/contracts';
import { decodeCursor, type Sql } from '@qflow/persistence';
import { instant } from '../directory/find-event.js';
import { isGuid } from '../validation/formats.js';
import type { AuditEntry } from './change.js';
import { pageOfRows } from '../paging/rows-page.js';

export interface RecordedChange extends AuditEntry {
  id: string;
  /** RFC 3339, UTC. */
  at: string;
}

/** What operators have changed, newest first. @param subject only what was done to it, such as `user:0197a3c2-…` */
export async function listChanges(
  sql: Sql,
  subject: string | undefined,
  { after, limit }: PageRequest,
): Promise<Page<RecordedChange>> {
  const [id] = after === null ? [] : decodeCursor(after, [isGuid]);
  const rows = await sql<RecordedChange>(
    `SELECT id, ${instant('at')} AS at, actor, action, subject, details FROM audit
      WHERE ($1::text IS NULL OR subject = $1) AND ($2::uuid IS NULL OR id < $2)
      ORDER BY id DESC LIMIT $3`,
    [subject ?? null, id ?? null, limit + 1],
  );
  return pageOfRows(rows, limit, (entry) => [entry.id]);
}
