import { describe, expect, it } from '@jest/globals';
import type { Email } from '../email-provider.js';
import { writableEmail } from './writable-email.js';

const email: Email = {
  sendId: '0197a3c2-7f10-7c3e-9d59-3f1c5a2b7e41',
  attempt: 1,
  to: { email: 'ada@example.com', name: 'Ada' },
  from: { email: 'tickets@example.com', name: 'Tickets' },
  replyTo: 'support@example.com',
  subject: 'Your ticket',
  html: '<p>Hello</p>',
  text: 'Hello',
};

describe('an e-mail as adapters write it', () => {
  it('stays as it is where it can', () => {
    expect(writableEmail(email)).toEqual({ ...email, headers: {} });
  });

  it('has the headers of its unsubscribe link, and not the link', () => {
    const written = writableEmail({ ...email, unsubscribeUrl: 'https://a.example/u/1' });
    expect(written).not.toHaveProperty('unsubscribeUrl');
    expect(written.headers).toMatchObject({ 'List-Unsubscribe': '<https://a.example/u/1>' });
  });

  it.each(['\r\n', '\n', '\r', '\0', '\t', '\v', '\f', '\x85', '\u2028', '\r\n\r\n'])(
    'has subject and names on one line: %j',
    (breaking) => {
      const text = `Hello${breaking}Bcc: eve@evil.example`;
      const written = writableEmail({
        ...email,
        subject: text,
        to: { email: 'ada@example.com', name: text },
        from: { email: 'tickets@example.com', name: text },
      });
      const line = 'Hello Bcc: eve@evil.example';
      expect(written).toMatchObject({ subject: line, to: { name: line }, from: { name: line } });
    },
  );

  it('has no name that was nothing but line breaks', () => {
    expect(writableEmail({ ...email, to: { email: 'ada@example.com', name: '\r\n' } }).to).toEqual({
      email: 'ada@example.com',
    });
  });

  it.each([
    ['ada@münchen.example', 'ada@xn--mnchen-3ya.example'],
    ['josé@例え.テスト', 'josé@xn--r8jz45g.xn--zckzah'],
    ["o'brien+x/y=z@example.co.uk", "o'brien+x/y=z@example.co.uk"],
  ])('is addressed to %s as %s', (given, written) => {
    expect(writableEmail({ ...email, to: { email: given } }).to.email).toBe(written);
  });

  it.each([
    '',
    'ada',
    '@example.com',
    'ada@',
    'ada@example.com\r\nRCPT TO:<eve@evil.example>',
    'ada@example.com\0',
    'ada@example.com, eve@evil.example',
    'ada,eve@evil.example',
    'eve@evil.example>@example.com',
    '<ada@example.com>',
    'Ada <ada@example.com>',
    '"ada\r\n"@example.com',
    'ada lovelace@example.com',
    'ada@exa mple.com',
    'ada@[127.0.0.1]',
    'ada@ex%0d%0aample.com',
  ])('is refused for the address %j, whichever field it is in, without telling it', (bad) => {
    const refused = [
      { ...email, to: { email: bad } },
      { ...email, from: { email: bad } },
      ...(bad ? [{ ...email, replyTo: bad }] : []),
    ].map((each) => {
      try {
        return JSON.stringify(writableEmail(each));
      } catch (error) {
        return (error as Error).message;
      }
    });
    const fields = bad ? ['to', 'from', 'replyTo'] : ['to', 'from'];
    expect(refused).toEqual(fields.map((field) => `${field} is not an e-mail address`));
  });
});
