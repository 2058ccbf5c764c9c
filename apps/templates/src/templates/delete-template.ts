import type { Sql } from '@qflow/persistence';

/**
 * Marks a template as deleted. Its versions stay, because sends that were accepted before still need them; so does
 * its id, which no later template of the account can have. A save that is under way at the same time is waited for,
 * and comes to nothing where this one was first.
 * @returns whether there was one
 */
export async function deleteTemplate(
  sql: Sql,
  { accountId, templateId }: { accountId: string; templateId: string },
): Promise<boolean> {
  const deleted = await sql(
    `UPDATE templates SET deleted_at = clock_timestamp()
      WHERE account_id = $1 AND id = $2 AND deleted_at IS NULL RETURNING id`,
    [accountId, templateId],
  );
  return deleted.length > 0;
}
