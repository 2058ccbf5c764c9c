import { domainToASCII } from 'node:url';
import type { Email } from '../email-provider.js';
import { unsubscribeHeaders } from './unsubscribe-headers.js';

type Mailbox = Email['from'];

/** An e-mail of which every part fits where a protocol writes it. */
export type WritableEmail = Omit<Email, 'unsubscribeUrl'> & {
  /** Headers of the e-mail beside those of its own fields; none of them is folded or needs encoding. */
  headers: Record<string, string>;
};

/**
 * Brings an e-mail into the form every adapter can write. Templates and integrators fill these fields, and SMTP takes
 * a line break in one of them for the beginning of the next header: names and subject become one line, and an address
 * is one address or the e-mail is refused. Domains with letters of their own go out as `xn--` (RFC 5891), because
 * SendGrid and servers without SMTPUTF8 know no other form.
 * @throws Error that names the field; it shows none of what is in it
 */
export const writableEmail = ({ unsubscribeUrl, ...email }: Email): WritableEmail => ({
  ...email,
  to: mailbox(email.to, 'to'),
  from: mailbox(email.from, 'from'),
  ...(email.replyTo && { replyTo: address(email.replyTo, 'replyTo') }),
  subject: oneLine(email.subject),
  headers: unsubscribeUrl ? unsubscribeHeaders(unsubscribeUrl) : {},
});

function mailbox({ email, name }: Mailbox, field: string): Mailbox {
  const written = name && oneLine(name);
  return { email: address(email, field), ...(written && { name: written }) };
}

/** Control characters, and the separators that some programs take for line breaks. */
const breaks = /[\p{Cc}\u2028\u2029]+/gu;

const oneLine = (text: string): string => text.replace(breaks, ' ').trim();

/** RFC 5321 §4.1.2 `Dot-string`, with the letters that RFC 6531 §3.3 adds; no quoted form, which nobody can get here. */
const localPart = /^[^\s\p{Cc}@,;:<>()[\]\\"]+$/u;
/** Letters, marks, digits, dots and hyphens: `domainToASCII` would also read escapes. */
const anyDomain = /^[\p{L}\p{M}\p{N}.-]+$/u;

function address(text: string, field: string): string {
  const at = text.lastIndexOf('@');
  const [local, domain] = [text.slice(0, Math.max(at, 0)), text.slice(at + 1)];
  const ascii = anyDomain.test(domain) ? domainToASCII(domain) : '';
  if (!localPart.test(local) || !ascii) throw new Error(`${field} is not an e-mail address`);
  return `${local}@${ascii}`;
}
