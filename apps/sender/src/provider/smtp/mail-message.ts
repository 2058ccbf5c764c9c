import type { SendMailOptions } from 'nodemailer';
import type { Email } from '../email-provider.js';
import { writableEmail } from '../mail/writable-email.js';

/**
 * The e-mail as nodemailer is to write it. Mailboxes are objects, so that no name or address is ever parsed as a list,
 * and the envelope comes from them. (One of our own would be an object in which nodemailer 10 keeps its notes: on a
 * second connection it would find the refusal of the first.)
 *
 * The Message-ID says which send and attempt it is, so that repetitions are recognised in logs and mailboxes. Headers of
 * ours hold opaque ids only, because whoever forwards the e-mail passes them on.
 * @throws Error that names the field
 */
export function mailMessage(given: Email): SendMailOptions {
  const { to, from, replyTo, subject, html, text, sendId, attempt, headers } = writableEmail(given);
  const id = headerId(sendId);
  const mailbox = ({ email, name = '' }: Email['from']) => ({ name: notEncoded(name), address: email });
  return {
    from: mailbox(from),
    to: mailbox(to),
    ...(replyTo && { replyTo: mailbox({ email: replyTo }) }),
    subject: notEncoded(subject),
    html,
    ...(text && { text }),
    messageId: `<${id}.${attempt}@${from.email.slice(from.email.lastIndexOf('@') + 1)}>`,
    headers: { ...headers, 'X-Qflow-Send-ID': id, 'X-Qflow-Attempt': String(attempt) },
    xMailer: false,
    // Neither of the two is ever asked for; an e-mail has no business with our files.
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/**
 * A text that looks like an encoded word (RFC 2047) is written as it is, and mail programs decode it: a guest's name
 * could read as somebody's address.
 */
const notEncoded = (text: string): string => text.replace(/=\?/g, '= ?');

/** RFC 5322 §3.2.3 `dot-atom`, of which an id of ours is one anyway. */
function headerId(sendId: string): string {
  if (!/^[A-Za-z0-9-]+$/.test(sendId)) throw new Error('sendId is not an id');
  return sendId;
}
