import type { Email } from '../email-provider.js';
import { writableEmail } from '../mail/writable-email.js';
import { recipientName } from './recipient-name.js';

/**
 * The body of `POST /v3/mail/send`, as SendGrid's own helper makes it (a spec compares the two). That one converts and
 * copies every key and value several times, which took as long as rendering the e-mail.
 * `custom_args` come back with every event and cannot be erased at SendGrid: opaque ids only, no personal data.
 * @throws Error that names the field, where SendGrid would refuse it
 */
export function mailPayload(given: Email): string {
  const { to, from, replyTo, subject, text, html, headers, sendId, attempt } = writableEmail(given);
  const name = recipientName(to.name);
  const content = [{ type: 'text/html', value: html }];
  // SendGrid refuses an empty part, and wants the plain text first.
  if (text) content.unshift({ type: 'text/plain', value: text });
  return JSON.stringify({
    personalizations: [{ to: [name ? { email: to.email, name } : { email: to.email }] }],
    from,
    reply_to: replyTo && { email: replyTo },
    subject,
    content,
    headers: given.unsubscribeUrl ? headers : undefined,
    custom_args: { qflow_send_id: sendId, qflow_attempt: String(attempt) },
  });
}
