import helpers from '@sendgrid/helpers';
import type { Email } from '../email-provider.js';
import { writableEmail } from '../mail/writable-email.js';
import { recipientName } from './recipient-name.js';

/**
 * The body of `POST /v3/mail/send`, built and checked by SendGrid's own helper.
 * `custom_args` come back with every event and cannot be erased at SendGrid: opaque ids only, no personal data.
 * @throws Error that names the field, where SendGrid would refuse it
 */
export const mailPayload = (given: Email): string => {
  const email = writableEmail(given);
  const name = recipientName(email.to.name);
  return JSON.stringify(
    new helpers.classes.Mail({
      to: { email: email.to.email, ...(name && { name }) },
      from: email.from,
      ...(email.replyTo && { replyTo: email.replyTo }),
      subject: email.subject,
      // SendGrid refuses an empty part.
      ...(email.text && { text: email.text }),
      html: email.html,
      headers: email.headers,
      customArgs: { qflow_send_id: email.sendId, qflow_attempt: String(email.attempt) },
    }).toJSON(),
  );
};
