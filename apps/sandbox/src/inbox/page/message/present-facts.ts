import type { InboxMessage, MessageDetail } from '../../inbox-message.js';

interface Fact {
  name: string;
  value: string;
  /** Where there is more, or nothing. */
  href: string;
}

/** What belongs to a message beside its headers and bodies, one row each. */
export function presentFacts(message: InboxMessage, detail: MessageDetail | null): Fact[] {
  const facts: Fact[] = [];
  const add = (name: string, value: string, href = ''): void => void facts.push({ name, value, href });
  add('Message id', message.messageId);
  for (const [name, value] of Object.entries(message.customArgs)) add(`Argument ${name}`, value);
  if (!detail) return facts;
  const { categories, attachments, templateId, asmGroupId } = detail;
  if (categories.length > 0) add('Categories', categories.join(', '));
  if (templateId !== null) add('Template', templateId);
  if (asmGroupId !== null) add('Unsubscribe group', String(asmGroupId));
  for (const [number, { filename, type, bytes }] of attachments.entries()) {
    const label = `${filename} (${type}, ${bytes.toLocaleString('en')} bytes)`;
    add('Attachment', label, `/inbox/messages/${message.id}/attachments/${number}`);
  }
  return facts;
}
