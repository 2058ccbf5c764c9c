import { GoneException } from '@nestjs/common';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { EmailAddress } from '../mail-send/mail-request.js';
import type { InboxMessage, KeptAttachment, MessageDetail } from './inbox-message.js';
import { messageIdHeader } from './mail-headers.js';

/**
 * A message as its recipient's mail server would have got it: RFC 5322 with MIME parts, in ASCII.
 *
 * @param contentOf gives the content of an attachment, or null when it was given up
 * @throws GoneException when an attachment was given up
 */
export async function mailSource(
  message: InboxMessage,
  detail: MessageDetail,
  contentOf: (attachment: KeptAttachment) => Buffer | null,
): Promise<Buffer> {
  const composer = new MailComposer({
    from: address(message.from),
    to: detail.to.map(address),
    cc: detail.cc.map(address),
    replyTo: detail.replyTo.map(address),
    subject: message.subject,
    date: new Date(message.receivedAt),
    messageId: messageIdHeader(message),
    headers: Object.entries(detail.headers).map(([key, value]) => ({ key, value })),
    text: detail.text ?? undefined,
    html: detail.html ?? undefined,
    attachments: detail.attachments.map((attachment) => part(attachment, contentOf(attachment))),
    // The same message has the same source whenever somebody asks.
    baseBoundary: message.id,
    // What a mail says is text to this machine, never a file or an address to read.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}

function part({ filename, type, disposition, contentId }: KeptAttachment, content: Buffer | null) {
  if (content === null)
    throw new GoneException(`The attachment ${filename} was given up to make room for newer mail.`);
  return { filename, content, contentType: type, contentDisposition: disposition, cid: contentId };
}

const address = ({ email, name = '' }: EmailAddress) => ({ name, address: email });
