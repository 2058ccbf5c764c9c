import { invalidField, type Page, type PageRequest, type TemplateVersionSummary } from '@qflow/contracts';
import { fitting } from '@qflow/messaging';
import type { Sql } from '@qflow/persistence';
import { maxVersion } from './template-version.js';
import { templateNotFound } from './template-not-found.js';

interface SummaryRow {
  version: number;
  name: string;
  subject: string;
  from_address: string;
  from_name: string | null;
  reply_to: string | null;
  created_at: Date;
}

/**
 * The versions of a template, newest first. There are no gaps between them, so the place in the list is a version.
 * @throws CodedError `not_found`, `validation_error` (`/after`)
 */
export async function listVersions(
  sql: Sql,
  { accountId, templateId, after, limit }: PageRequest & { accountId: string; templateId: string },
): Promise<Page<TemplateVersionSummary>> {
  const rows = await sql<SummaryRow>(
    `SELECT v.version, v.name, v.subject, v.from_address, v.from_name, v.reply_to, v.created_at
       FROM templates t
       JOIN template_versions v ON v.account_id = t.account_id AND v.template_id = t.id
      WHERE t.account_id = $1 AND t.id = $2 AND t.deleted_at IS NULL AND v.version <= LEAST(t.version, $3)
      ORDER BY v.version DESC LIMIT $4`,
    [accountId, templateId, versionBefore(after), limit],
  );
  // A cursor that we gave away leads to a version there is; without one the newest is there.
  if (rows.length === 0) throw templateNotFound();
  const items = fitting(rows.map(summaryOf));
  const last = items.at(-1)?.version ?? 1;
  return { items, next: last > 1 ? String(last) : null };
}

/** The newest version that comes after the last one of the page before. */
function versionBefore(after: string | null): number {
  if (after === null) return maxVersion;
  const last = /^\d{1,10}$/.test(after) ? Number(after) : 0;
  if (last < 2 || last > maxVersion) throw invalidField('/after', 'must be the cursor of a page before');
  return last - 1;
}

const summaryOf = (row: SummaryRow): TemplateVersionSummary => ({
  version: row.version,
  name: row.name,
  subject: row.subject,
  fromAddress: row.from_address,
  fromName: row.from_name,
  replyTo: row.reply_to,
  created: row.created_at.toISOString(),
});
