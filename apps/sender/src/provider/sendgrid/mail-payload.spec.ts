import { describe, expect, it } from '@jest/globals';
import helpers from '@sendgrid/helpers';
import type { Email } from '../email-provider.js';
import { mailPayload } from './mail-payload.js';

const email = (values: Partial<Email> = {}): Email => ({
  sendId: '0198c9a4-5f0e-7000-8000-000000000001',
  attempt: 2,
  to: { email: 'ada@example.com', name: 'Ada Lovelace' },
  from: { email: 'tickets@example.com', name: 'Tickets' },
  replyTo: 'support@example.com',
  subject: 'Your ticket for "Summer Gala"',
  html: '<p>Hello Ada, łódź 🎟</p>',
  text: 'Hello Ada, łódź 🎟',
  unsubscribeUrl: 'https://comms.example.com/u/1?x=1',
  ...values,
});

/** What SendGrid's own helper makes of the same. */
const byHelper = ({ to, from, replyTo, subject, html, text, ...rest }: Email): unknown =>
  JSON.parse(
    JSON.stringify(
      new helpers.classes.Mail({
        ...{ to, from, subject, html },
        ...(replyTo && { replyTo }),
        ...(text && { text }),
        ...(rest.unsubscribeUrl && {
          headers: {
            'List-Unsubscribe': `<${rest.unsubscribeUrl}>`,
            'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
          },
        }),
        customArgs: { qflow_send_id: rest.sendId, qflow_attempt: String(rest.attempt) },
      }).toJSON(),
    ),
  );

const { replyTo, unsubscribeUrl, ...bare } = email({
  to: { email: 'a@b.c' },
  from: { email: 'd@e.f' },
  text: '',
});

describe('the payload of a mail', () => {
  it.each([
    ['with everything', email()],
    ['without what may be missing', bare],
    ['without a plain text', { ...bare, replyTo, unsubscribeUrl }],
  ])('%s is the one that the helper of SendGrid makes', (_, given) => {
    expect(JSON.parse(mailPayload(given as Email))).toEqual(byHelper(given));
  });
});
