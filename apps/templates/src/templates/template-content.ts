/** What a version of a template consists of; the same content again is the same version. */
export interface TemplateContent {
  name: string;
  subject: string;
  html: string;
  fromAddress: string;
  fromName: string | null;
  replyTo: string | null;
}

/** A template to be stored: checked, and with the id it has or will have. */
export interface TemplateDraft extends TemplateContent {
  accountId: string;
  id: string;
  eventId: string;
}

const fields = ['name', 'subject', 'html', 'fromAddress', 'fromName', 'replyTo'] as const;

export const isSameContent = (one: TemplateContent, other: TemplateContent): boolean =>
  fields.every((field) => one[field] === other[field]);
