import type { Inbox } from '../inbox/inbox.js';
import type { Content, Envelope, HistoryEntry } from '../inbox/inbox-message.js';
import type { ContentPart, MailRequest, Personalization } from './mail-request.js';
import { merge } from './merge.js';
import { recipientsOf } from './recipients-of.js';

/** What accepting a mail has settled about it. */
export interface Acceptance {
  messageId: string;
  /** Milliseconds since the epoch. */
  receivedAt: number;
  /** Of each recipient, in their order. */
  histories: HistoryEntry[][];
}

/** Puts every copy of a mail into the inbox. */
export function fileMail(inbox: Inbox, request: MailRequest, acceptance: Acceptance): void {
  const { messageId, receivedAt, histories } = acceptance;
  const content = inbox.keep(contentOf(request.content));
  let filed: Personalization | undefined;
  let envelope = content;
  for (const { email, index, personalization } of recipientsOf(request)) {
    if (personalization !== filed) envelope = inbox.keep(envelopeOf(request, personalization));
    filed = personalization;
    inbox.add({
      id: `${messageId}.${index}`,
      messageId,
      to: email,
      from: personalization.from ?? request.from,
      subject: personalization.subject ?? request.subject ?? '',
      receivedAt,
      customArgs: personalization.customArgs,
      history: histories[index] ?? [],
      envelope,
      content,
    });
  }
}

function envelopeOf(request: MailRequest, { to, cc, headers }: Personalization): Envelope {
  const { replyTo, categories, attachments, templateId = null } = request;
  return { replyTo, to, cc, headers: merge(request.headers, headers), categories, attachments, templateId };
}

function contentOf(parts: readonly ContentPart[]): Content {
  const textOf = (type: string): string | null =>
    parts.find((part) => part.type.toLowerCase() === type)?.value ?? null;
  return { html: textOf('text/html'), text: textOf('text/plain') };
}
