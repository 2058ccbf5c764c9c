import { readMailRequest } from '../../../mail-send/read-mail-request.js';
import type { MailRequest } from '../../../mail-send/mail-request.js';

const html = `<!doctype html>
<html><body style="margin: 0; background: #eef1f6; font-family: sans-serif">
<table role="presentation" width="100%"><tr><td align="center" style="padding: 32px 12px">
<table role="presentation" style="max-width: 520px; background: #ffffff; border-radius: 12px"><tr><td style="padding: 32px; color: #1c2430">
<h1 style="margin: 0 0 12px; font-size: 24px">You are on the list, Ann</h1>
<p style="line-height: 1.5">Summer Gala, Saturday 21 June, doors open at 19:30. Show this mail at the entrance.</p>
<p style="margin: 28px 0"><a href="https://example.com/ticket" style="background: #3451d1; color: #ffffff; padding: 12px 22px; border-radius: 8px; text-decoration: none">Your ticket</a></p>
<p style="font-size: 13px; color: #5c6878">Plans have changed? <a href="https://example.com/rsvp/no">Tell us</a>.</p>
</td></tr></table>
</td></tr></table>
</body></html>`;

/**
 * A mail to look at before anything real was sent.
 *
 * @throws SendGridError when this is no address
 */
export function sampleMail(to: unknown): MailRequest {
  return readMailRequest({
    personalizations: [{ to: [{ email: to, name: 'Ann' }] }],
    from: { email: 'events@example.com', name: 'Example Events' },
    subject: 'Your ticket for the Summer Gala',
    content: [
      { type: 'text/plain', value: 'You are on the list, Ann.\n\nYour ticket: https://example.com/ticket\n' },
      { type: 'text/html', value: html },
    ],
    categories: ['sample'],
    custom_args: { sample: 'yes' },
  });
}
