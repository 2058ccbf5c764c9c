import { describe, expect, it } from '@jest/globals';
import { mail, problemsOf } from '../../test/mail-problems.js';

describe('a mail that SendGrid refuses for its attachments', () => {
  it.each<[what: string, body: Record<string, unknown>, field: string, message: RegExp]>([
    [
      'an attachment without content',
      mail({ attachments: [{ filename: 'a' }] }),
      'attachments.0.content',
      /at least one character/,
    ],
    [
      'an attachment that is not base64',
      mail({ attachments: [{ filename: 'a', content: '<p>' }] }),
      'attachments.0.content',
      /base64/,
    ],
    [
      'an attachment without name',
      mail({ attachments: [{ content: 'YQ==' }] }),
      'attachments.0.filename',
      /^filename is required\.$/,
    ],
    [
      'an attachment of two types',
      mail({ attachments: [{ content: 'YQ==', filename: 'a', type: 'text/plain; x' }] }),
      'attachments.0.type',
      /cannot contain ';'/,
    ],
    [
      'an attachment that is neither in nor with the mail',
      mail({ attachments: [{ content: 'YQ==', filename: 'a', disposition: 'beside' }] }),
      'attachments.0.disposition',
      /You provided \[beside\]/,
    ],
    [
      'an attachment with a broken id',
      mail({ attachments: [{ content: 'YQ==', filename: 'a', content_id: 'a\r\nb' }] }),
      'attachments.0.content_id',
      /CRLF/,
    ],
    ['an attachment that is no object', mail({ attachments: ['YQ=='] }), 'attachments.0', /Expected: object/],
  ])('%s', (_, body, field, message) => {
    expect(problemsOf(body)).toEqual([
      expect.objectContaining({ field, message: expect.stringMatching(message) as unknown }),
    ]);
  });
});
