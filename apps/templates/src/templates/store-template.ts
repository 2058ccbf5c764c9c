import { CodedError, type TemplateView } from '@qflow/contracts';
import type { Sql } from '@qflow/persistence';
import { isSameContent, type TemplateDraft } from './template-content.js';
import { selectTemplates, viewOf, type TemplateRow } from './template-view.js';

export interface StoredTemplate {
  view: TemplateView;
  outcome: 'created' | 'updated' | 'unchanged';
}

/**
 * Creates the template, or adds a version to it where its content is new, in the caller's transaction. Whoever saves
 * the same id at the same time, here or in another replica, waits for the commit and goes on from what is there then.
 * @throws CodedError `not_found` where the id is that of a template of another event, or of one that was deleted
 */
export async function storeTemplate(sql: Sql, draft: TemplateDraft): Promise<StoredTemplate> {
  if (await create(sql, draft)) {
    await addVersion(sql, draft, 1);
    return { view: await read(sql, draft), outcome: 'created' };
  }
  await lock(sql, draft);
  const current = await read(sql, draft);
  if (isSameContent(current, draft)) return { view: current, outcome: 'unchanged' };
  // Not now(): whoever waited for the lock began before the version that it comes after.
  await sql(
    `UPDATE templates SET version = version + 1, updated_at = clock_timestamp() WHERE account_id = $1 AND id = $2`,
    [draft.accountId, draft.id],
  );
  await addVersion(sql, draft, current.version + 1);
  return { view: await read(sql, draft), outcome: 'updated' };
}

/** @returns whether there was none; a concurrent creator of the same id is waited for */
async function create(sql: Sql, { accountId, id, eventId }: TemplateDraft): Promise<boolean> {
  const created = await sql(
    `INSERT INTO templates (account_id, id, event_id, version) VALUES ($1, $2, $3, 1)
     ON CONFLICT DO NOTHING RETURNING id`,
    [accountId, id, eventId],
  );
  return created.length > 0;
}

/** A statement of its own: the next one has to see what those before us in the queue have committed. */
async function lock(sql: Sql, { accountId, id, eventId }: TemplateDraft): Promise<void> {
  const [template] = await sql<{ event_id: string; deleted_at: Date | null }>(
    `SELECT event_id, deleted_at FROM templates WHERE account_id = $1 AND id = $2 FOR UPDATE`,
    [accountId, id],
  );
  if (template?.event_id !== eventId || template.deleted_at !== null)
    throw new CodedError('not_found', 'This event has no template with this id.');
}

async function read(sql: Sql, { accountId, id }: TemplateDraft): Promise<TemplateView> {
  const [row] = await sql<TemplateRow>(`${selectTemplates} WHERE t.account_id = $1 AND t.id = $2`, [
    accountId,
    id,
  ]);
  return viewOf(row as TemplateRow);
}

const addVersion = (sql: Sql, draft: TemplateDraft, version: number): Promise<unknown> =>
  sql(
    `INSERT INTO template_versions
       (account_id, template_id, version, name, subject, html, from_address, from_name, reply_to, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9,
       (SELECT updated_at FROM templates WHERE account_id = $1 AND id = $2))`,
    [
      draft.accountId,
      draft.id,
      version,
      draft.name,
      draft.subject,
      draft.html,
      draft.fromAddress,
      draft.fromName,
      draft.replyTo,
    ],
  );
