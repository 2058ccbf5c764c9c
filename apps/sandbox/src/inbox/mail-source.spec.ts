import { describe, expect, it } from '@jest/globals';
import { newMessage } from '../../test/new-message.js';
import type { InboxMessage, KeptAttachment, MessageDetail } from './inbox-message.js';
import { mailSource } from './mail-source.js';

const message: InboxMessage = {
  ...newMessage({
    id: 'mid.0',
    messageId: 'mid',
    from: { email: 'events@conf.example', name: 'Müller, "Conf" & Co' },
    subject: 'Grüße aus Köln',
  }),
  sequence: 0,
  weight: 0,
};
const detail = (changes: Partial<MessageDetail> = {}): MessageDetail => ({
  replyTo: [{ email: 'help@conf.example' }],
  to: [{ email: 'ann@example.com', name: 'Ann' }],
  cc: [{ email: 'ben@example.com' }],
  headers: { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' },
  categories: [],
  attachments: [],
  templateId: null,
  asmGroupId: null,
  html: '<p>Grüße</p>',
  text: 'Grüße',
  ...changes,
});
const slot = { position: 0, length: 0 };
const ticket: KeptAttachment = {
  filename: 'Ticket für Ann.txt',
  type: 'text/x-ticket',
  bytes: 5,
  disposition: 'attachment',
  content: slot,
};
const source = async (given: MessageDetail, content: Buffer | null = Buffer.from('hello')): Promise<string> =>
  (await mailSource(message, given, () => content)).toString();

describe('mailSource', () => {
  it('has the headers of the mail, in ASCII', async () => {
    const text = await source(detail());
    const headers = text.slice(0, text.indexOf('\r\n\r\n'));
    expect(headers).toMatch(/^[\x20-\x7e\r\n]*$/);
    expect(headers).toContain('To: Ann <ann@example.com>');
    expect(headers).toContain('Cc: ben@example.com');
    expect(headers).toContain('Reply-To: help@conf.example');
    expect(headers).toContain('Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe_aus_K=C3=B6ln?=');
    expect(headers).toContain('Message-ID: <mid@geopod-ismtpd-sandbox>');
    expect(headers).toContain('Date: Wed, 29 Apr 2026 10:23:00 +0000');
    expect(headers).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
    expect(headers).toContain('MIME-Version: 1.0');
    expect(headers).toMatch(/^Content-Type: multipart\/alternative;/m);
  });

  it('has both bodies, the plain one first', async () => {
    const text = await source(detail());
    expect(text.indexOf('text/plain; charset=utf-8')).toBeLessThan(text.indexOf('text/html; charset=utf-8'));
    expect(text).toContain('Gr=C3=BC=C3=9Fe');
    expect(text).toContain('<p>Gr=C3=BC=C3=9Fe</p>');
  });

  it('has the attachments, those in the HTML beside it', async () => {
    const picture: KeptAttachment = {
      ...ticket,
      filename: 'logo.png',
      type: 'image/png',
      disposition: 'inline',
      contentId: 'logo',
    };
    const text = await source(detail({ attachments: [ticket, picture] }));
    expect(text).toContain('Content-Type: text/x-ticket');
    expect(text).toContain("filename*0*=utf-8''Ticket%20f%C3%BCr%20Ann.txt");
    expect(text).toContain('Content-ID: <logo>');
    expect(text).toContain('multipart/related');
    expect(text).toContain('aGVsbG8=');
  });

  it('is the same whenever it is asked for', async () => {
    expect(await source(detail({ attachments: [ticket] }))).toBe(
      await source(detail({ attachments: [ticket] })),
    );
  });

  it('takes nothing in a mail for a file or an address to read', async () => {
    const text = await source(
      detail({ html: '<img src="file:///etc/passwd">', text: 'file:///etc/hostname' }),
    );
    expect(text).toContain('file:///etc/hostname');
  });

  it('is not there when an attachment was given up', async () => {
    await expect(source(detail({ attachments: [ticket] }), null)).rejects.toThrow(
      'The attachment Ticket für Ann.txt was given up',
    );
  });
});
