import type { TemplateView } from '@qflow/contracts';
import { fitting, maxAnswerBytes } from '@qflow/messaging';
import type { Sql } from '@qflow/persistence';
import { selectTemplates, viewOf, type TemplateRow } from './template-view.js';

/**
 * The templates of an event, newest first: as many as fit in one answer, but at least one if there is any.
 * @param after id of the last template of the page before; null for the first page
 */
export async function listPage(
  sql: Sql,
  { accountId, eventId, after }: { accountId: string; eventId: string; after: string | null },
): Promise<TemplateView[]> {
  // The running sum keeps what cannot fit out of memory; JSON makes texts only longer.
  const rows = await sql<TemplateRow>(
    `SELECT * FROM (
       SELECT l.*, sum(octet_length(html)) OVER (ORDER BY created_at DESC, id DESC) - octet_length(html) AS before
         FROM (${selectTemplates}
                WHERE t.account_id = $1 AND t.event_id = $2 AND t.deleted_at IS NULL
                  AND ($3::uuid IS NULL OR (t.created_at, t.id) <
                       (SELECT created_at, id FROM templates WHERE account_id = $1 AND id = $3))) l) page
      WHERE before < $4 ORDER BY created_at DESC, id DESC`,
    [accountId, eventId, after, maxAnswerBytes],
  );
  return fitting(rows.map(viewOf));
}
