import { describe, expect, it } from '@jest/globals';
import { mailPayload } from './mail-payload.js';
import { recipientName } from './recipient-name.js';

describe('the name of a recipient', () => {
  it.each([
    ['Ada Lovelace', 'Ada Lovelace'],
    ['José Ñandú-O’Brien', 'José Ñandú-O’Brien'],
    ['李小龙', '李小龙'],
    ['Smith, Jr.', 'Smith Jr.'],
    ['Fat Fingers;;', 'Fat Fingers'],
    ["Howdy y'all :(", "Howdy y'all"],
    ['Eve <eve@evil.example>', 'Eve eve evil.example'],
    ['"Ada" [guest]', 'Ada guest'],
    ['Ada\r\nBcc: eve@evil.example', 'Ada Bcc eve evil.example'],
  ])('%j goes to SendGrid as %j', (name, carried) => {
    expect(recipientName(name)).toBe(carried);
  });

  it('is left out where nothing of it is left', () => {
    const body = mailPayload({
      sendId: '1',
      attempt: 1,
      to: { email: 'ada@example.com', name: ';,' },
      from: { email: 'tickets@example.com', name: 'Tickets, Ltd.' },
      subject: 'Hello',
      html: '<p>Hello</p>',
      text: 'Hello',
    });
    expect(JSON.parse(body)).toMatchObject({
      personalizations: [{ to: [{ email: 'ada@example.com' }] }],
      from: { email: 'tickets@example.com', name: 'Tickets, Ltd.' },
    });
    expect(body).not.toContain(';,');
  });
});
