import type { TemplateView } from '@qflow/contracts';
import type { Sql } from '@qflow/persistence';
import { selectTemplates, selectVersions, viewOf, type TemplateRow } from './template-view.js';

interface TemplateKey {
  accountId: string;
  templateId: string;
}

const owned = `WHERE t.account_id = $1 AND t.id = $2 AND t.deleted_at IS NULL`;

/** The newest version. @returns null where the template is unknown, deleted or another account's */
export async function viewTemplate(
  sql: Sql,
  { accountId, templateId }: TemplateKey,
): Promise<TemplateView | null> {
  const [row] = await sql<TemplateRow>(`${selectTemplates} ${owned}`, [accountId, templateId]);
  return row ? viewOf(row) : null;
}

/** One version as it was when it was the newest. @returns null in the same cases, and where it never existed */
export async function viewVersion(
  sql: Sql,
  { accountId, templateId, version }: TemplateKey & { version: number },
): Promise<TemplateView | null> {
  const [row] = await sql<TemplateRow>(`${selectVersions} ${owned} AND v.version = $3`, [
    accountId,
    templateId,
    version,
  ]);
  return row ? viewOf(row) : null;
}
