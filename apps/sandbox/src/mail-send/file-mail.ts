import type { Slot } from '../inbox/content-ring.js';
import type { Inbox } from '../inbox/inbox.js';
import type {
  Content,
  Envelope,
  HistoryEntry,
  InboxMessage,
  KeptAttachment,
} from '../inbox/inbox-message.js';
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

/**
 * Puts every copy of a mail into the inbox.
 *
 * @returns the copies, in the order of the recipients
 */
export function fileMail(inbox: Inbox, request: MailRequest, acceptance: Acceptance): InboxMessage[] {
  const { messageId, receivedAt, histories } = acceptance;
  // Before the rest: when there is not room for everything, the oldest goes, and the body should stay.
  const attachments = request.attachments.map(({ content, ...label }) => ({
    ...label,
    content: inbox.keepAttachment(content),
  }));
  const content = inbox.keepContent(contentOf(request.content));
  let filed: { personalization: Personalization; envelope: Slot } | undefined;
  return recipientsOf(request).map(({ email, index, personalization }) => {
    if (filed?.personalization !== personalization) {
      const envelope = inbox.keepEnvelope(envelopeOf(request, personalization, attachments));
      filed = { personalization, envelope };
    }
    return inbox.add({
      id: `${messageId}.${index}`,
      messageId,
      to: email,
      from: personalization.from ?? request.from,
      subject: personalization.subject ?? request.subject ?? '',
      receivedAt,
      customArgs: personalization.customArgs,
      history: histories[index] ?? [],
      envelope: filed.envelope,
      content,
    });
  });
}

function envelopeOf(
  request: MailRequest,
  { to, cc, headers }: Personalization,
  attachments: KeptAttachment[],
): Envelope {
  const { replyTo, categories, templateId = null, asmGroupId = null } = request;
  const merged = merge(request.headers, headers);
  return { replyTo, to, cc, headers: merged, categories, attachments, templateId, asmGroupId };
}

function contentOf(parts: readonly ContentPart[]): Content {
  const textOf = (type: string): string | null =>
    parts.find((part) => part.type.toLowerCase() === type)?.value ?? null;
  return { html: textOf('text/html'), text: textOf('text/plain') };
}
