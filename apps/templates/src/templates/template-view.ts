import type { TemplateView } from '@qflow/contracts';

/** A template with the content of one version, as PostgreSQL answers it. */
export interface TemplateRow {
  id: string;
  event_id: string;
  name: string;
  subject: string;
  html: string;
  from_address: string;
  from_name: string | null;
  reply_to: string | null;
  version: number;
  created_at: Date;
  updated_at: Date;
}

/** Selects a {@link TemplateRow} per version; `t` is the template, `v` the version. */
export const selectVersions = `
  SELECT t.id, t.event_id, v.name, v.subject, v.html, v.from_address, v.from_name, v.reply_to,
         v.version, t.created_at, v.created_at AS updated_at
    FROM templates t
    JOIN template_versions v ON v.account_id = t.account_id AND v.template_id = t.id`;

/** The same of the newest version of each. */
export const selectTemplates = `${selectVersions} AND v.version = t.version`;

export const viewOf = (row: TemplateRow): TemplateView => ({
  id: row.id,
  eventId: row.event_id,
  name: row.name,
  subject: row.subject,
  html: row.html,
  fromAddress: row.from_address,
  fromName: row.from_name,
  replyTo: row.reply_to,
  version: row.version,
  created: row.created_at.toISOString(),
  updated: row.updated_at.toISOString(),
});
