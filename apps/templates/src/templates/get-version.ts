import type { TemplateVersion } from '@qflow/contracts';
import type { Sql } from '@qflow/persistence';

/** @returns null where there never was such a version; versions of deleted templates stay */
export async function getVersion(
  sql: Sql,
  { accountId, templateId, version }: { accountId: string; templateId: string; version: number },
): Promise<TemplateVersion | null> {
  const [found] = await sql<TemplateVersion>(
    `SELECT template_id AS "templateId", version, subject, html, from_address AS "fromAddress",
            from_name AS "fromName", reply_to AS "replyTo"
       FROM template_versions WHERE account_id = $1 AND template_id = $2 AND version = $3`,
    [accountId, templateId, version],
  );
  return found ?? null;
}
