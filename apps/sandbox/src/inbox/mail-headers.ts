import type { EmailAddress } from '../mail-send/mail-request.js';
import type { InboxMessage, MessageDetail } from './inbox-message.js';

/**
 * The headers of a message as its recipient would see them, in order.
 *
 * @param detail null when it was given up; the headers that the list knows are then all there are
 */
export function mailHeaders(
  message: InboxMessage,
  detail: MessageDetail | null,
): [name: string, value: string][] {
  const headers: [string, string | undefined][] = [
    ['From', mailbox(message.from)],
    ['Reply-To', mailboxes(detail?.replyTo)],
    ['To', mailboxes(detail?.to) ?? message.to],
    ['Cc', mailboxes(detail?.cc)],
    ['Subject', message.subject],
    ['Date', new Date(message.receivedAt).toUTCString()],
    ['Message-ID', messageIdHeader(message)],
    ...Object.entries(detail?.headers ?? {}),
  ];
  return headers.filter((header): header is [string, string] => header[1] !== undefined);
}

/** The same for every copy of a mail, and in the events as `smtp-id`. */
export const messageIdHeader = ({ messageId }: Pick<InboxMessage, 'messageId'>): string =>
  `<${messageId}@geopod-ismtpd-sandbox>`;

/** A mailbox as mail programs write it: `Name <address>`. */
export function mailbox({ email, name }: EmailAddress): string {
  return name ? `${name} <${email}>` : email;
}

function mailboxes(list: EmailAddress[] | undefined): string | undefined {
  return list && list.length > 0 ? list.map(mailbox).join(', ') : undefined;
}
