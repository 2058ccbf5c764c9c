import type { TemplateHead } from '@qflow/contracts';
import type { Sql } from '@qflow/persistence';

/** @returns null where the template is unknown, deleted or another account's: one index look-up in every case */
export async function findHead(
  sql: Sql,
  { accountId, templateId }: { accountId: string; templateId: string },
): Promise<TemplateHead | null> {
  const [head] = await sql<TemplateHead>(
    `SELECT id, event_id AS "eventId", version FROM templates
      WHERE account_id = $1 AND id = $2 AND deleted_at IS NULL`,
    [accountId, templateId],
  );
  return head ?? null;
}
