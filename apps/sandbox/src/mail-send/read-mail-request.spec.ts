import { describe, expect, it } from '@jest/globals';
import { envelope, mail, problemsOf, recipients } from '../../test/mail-problems.js';
import { readMailRequest } from './read-mail-request.js';

describe('a mail that SendGrid takes', () => {
  it('is read with every part it has', () => {
    const body = mail({
      personalizations: [
        {
          to: [{ email: 'ann@example.com', name: 'Ann' }],
          cc: [{ email: 'ben@example.com' }],
          bcc: [{ email: 'cy@example.com' }],
          subject: 'Just for you',
          headers: { 'X-Mine': 'a' },
          custom_args: { qflow_send_id: 's1' },
          send_at: 1_700_000_000,
        },
      ],
      reply_to: { email: 'help@conf.example' },
      headers: { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' },
      custom_args: { qflow_attempt: '1' },
      categories: ['tickets'],
      attachments: [{ content: 'aGVsbG8=', filename: 'a.txt', type: 'text/plain' }],
      ip_pool_name: 'main',
      mail_settings: { sandbox_mode: { enable: false } },
      tracking_settings: { open_tracking: { enable: true } },
      something_new: 1,
    });
    expect(readMailRequest(body)).toMatchObject({
      personalizations: [
        {
          to: [{ email: 'ann@example.com', name: 'Ann' }],
          cc: [{ email: 'ben@example.com' }],
          bcc: [{ email: 'cy@example.com' }],
          subject: 'Just for you',
          headers: { 'X-Mine': 'a' },
          customArgs: { qflow_send_id: 's1', qflow_attempt: '1' },
          sendAt: 1_700_000_000,
        },
      ],
      from: { email: 'events@conf.example', name: 'Conf' },
      replyTo: [{ email: 'help@conf.example' }],
      categories: ['tickets'],
      attachments: [{ filename: 'a.txt', type: 'text/plain', bytes: 5 }],
      ipPoolName: 'main',
      sandboxMode: false,
    });
  });

  it.each([
    ['no name of the recipient', envelope({})],
    ['a null where a field may be absent', envelope({ cc: null, subject: null, headers: null })],
    [
      'a template instead of subject and content',
      mail({ template_id: 'd-0123456789abcdef0123456789abcdef', subject: undefined, content: undefined }),
    ],
    ['a subject in every personalization', { ...envelope({ subject: 'Hi' }), subject: undefined }],
    ['1,000 personalizations', mail({ personalizations: recipients(1000).map((to) => ({ to: [to] })) })],
    ['10 categories', mail({ categories: Array.from({ length: 10 }, (_, index) => `c${index}`) })],
    ['custom arguments just within the limit', mail({ custom_args: { a: 'x'.repeat(9_992) } })],
  ])('with %s', (_, body) => {
    expect(problemsOf(body)).toEqual([]);
  });

  it('in sandbox mode', () => {
    expect(readMailRequest(mail({ mail_settings: { sandbox_mode: { enable: true } } })).sandboxMode).toBe(
      true,
    );
  });
});

describe('a mail that SendGrid refuses', () => {
  const tooLong = `${'a'.repeat(310)}@example.com`;
  const cases: [what: string, body: Record<string, unknown>, field: string, message: RegExp][] = [
    [
      'no personalizations',
      mail({ personalizations: undefined }),
      'personalizations',
      /required and must have at least one/,
    ],
    [
      'personalizations that are no list',
      mail({ personalizations: {} }),
      'personalizations',
      /^Invalid type\. Expected: array, given: object\.$/,
    ],
    ['an empty list of personalizations', mail({ personalizations: [] }), 'personalizations', /at least one/],
    [
      'more than 1,000 personalizations',
      mail({ personalizations: recipients(1001).map((to) => ({ to: [to] })) }),
      'personalizations',
      /limited to 1000 personalizations .* provided 1001 /,
    ],
    [
      'more than 1,000 recipients in all',
      mail({ personalizations: [{ to: recipients(600), cc: recipients(401, 600) }] }),
      'personalizations',
      /limit of 1000 total recipients/,
    ],
    [
      'a personalization that is no object',
      mail({ personalizations: ['ann'], subject: 'x' }),
      'personalizations.0',
      /^Invalid type\. Expected: object, given: string\.$/,
    ],
    [
      'nobody to send to',
      mail({ personalizations: [{ to: [] }] }),
      'personalizations.0.to',
      /at least one email object/,
    ],
    [
      'an address as a bare text',
      mail({ personalizations: [{ to: ['a@b.co'] }] }),
      'personalizations.0.to.0',
      /^Invalid type\. Expected: object, given: string\.$/,
    ],
    [
      'a recipient without address',
      mail({ personalizations: [{ to: [{ name: 'Ann' }] }] }),
      'personalizations.0.to.0.email',
      /^Each recipient object must at least have an email address/,
    ],
    [
      'recipients that are no list',
      mail({ personalizations: [{ to: {} }] }),
      'personalizations.0.to',
      /given: object/,
    ],
    [
      'an invalid address',
      mail({ personalizations: [{ to: [{ email: 'ann@' }] }] }),
      'personalizations.0.to.0.email',
      /^Does not contain a valid address\.$/,
    ],
    [
      'a line break in a name',
      mail({ personalizations: [{ to: [{ email: 'a@b.co', name: 'A\r\nBcc: x' }] }] }),
      'personalizations.0.to.0.name',
      /CRLF/,
    ],
    [
      'an overlong address',
      mail({ personalizations: [{ to: [{ email: tooLong }] }] }),
      'personalizations.0.to.0.email',
      /320/,
    ],
    ['an empty cc', envelope({ cc: [] }), 'personalizations.0.cc', /cc array, when used/],
    [
      'one address in to and cc',
      envelope({ cc: [{ email: 'ANN@example.com' }] }),
      'personalizations.0',
      /first duplicate instance of \[ANN@example.com\] in the personalizations.0.cc field/,
    ],
    [
      'one address in two personalizations',
      mail({ personalizations: [{ to: [{ email: 'a@b.co' }] }, { to: [{ email: 'a@b.co' }] }] }),
      'personalizations.1.to',
      /\[a@b.co\] more than once/,
    ],
    ['no sender', mail({ from: undefined }), 'from.email', /^The from object must be provided/],
    [
      'a sender without address',
      mail({ from: { name: 'Conf' } }),
      'from.email',
      /^The from object must be provided/,
    ],
    [
      'an invalid sender',
      mail({ from: { email: 'nobody' } }),
      'from.email',
      /^The from email does not contain a valid address/,
    ],
    ['an invalid reply-to', mail({ reply_to: { email: 'x' } }), 'reply_to.email', /reply_to/],
    [
      'both kinds of reply-to',
      mail({ reply_to: { email: 'a@b.co' }, reply_to_list: [] }),
      'reply_to',
      /not both/,
    ],
    ['no subject', mail({ subject: undefined }), 'subject', /^The subject is required/],
    ['an empty subject', mail({ subject: '' }), 'subject', /at least one character/],
    ['a line break in the subject', mail({ subject: 'a\r\nBcc: x@y.z' }), 'subject', /CRLF/],
    ['no content', mail({ content: undefined }), 'content', /content parameter is required/],
    ['an empty content list', mail({ content: [] }), 'content', /at least one defined content block/],
    [
      'an empty content value',
      mail({ content: [{ type: 'text/plain', value: '' }] }),
      'content.0.value',
      /at least one character/,
    ],
    [
      'a content without type',
      mail({ content: [{ value: 'x' }] }),
      'content.0.type',
      /^A content type is required/,
    ],
    [
      'an empty content type',
      mail({ content: [{ type: '', value: 'x' }] }),
      'content.0.type',
      /content type must be a string/,
    ],
    [
      'a content without value',
      mail({ content: [{ type: 'text/plain' }] }),
      'content.0.value',
      /is required/,
    ],
    ['content that is no list', mail({ content: 'x' }), 'content', /Expected: array, given: string/],
    ['a content that is no object', mail({ content: ['x'] }), 'content.0', /Expected: object, given: string/],
    [
      'a content type with parameters',
      mail({ content: [{ type: 'text/html; charset=x', value: 'x' }] }),
      'content.0.type',
      /';'/,
    ],
    [
      'HTML before plain text',
      mail({
        content: [
          { type: 'text/html', value: 'x' },
          { type: 'text/plain', value: 'x' },
        ],
      }),
      'content',
      /RFC 1341/,
    ],
    ['custom arguments that are no texts', mail({ custom_args: { a: 1 } }), 'custom_args', /must be strings/],
    [
      'custom arguments of over 10,000 bytes',
      mail({ custom_args: { a: 'x'.repeat(9_993) } }),
      'personalizations.0.custom_args',
      /10,000 bytes/,
    ],
    [
      'custom arguments of over 10,000 bytes together',
      { ...envelope({ custom_args: { a: 'é'.repeat(2_500) } }), custom_args: { b: 'x'.repeat(5_000) } },
      'personalizations.0.custom_args',
      /10,000 bytes/,
    ],
    [
      'more than 10 categories',
      mail({ categories: Array.from({ length: 11 }, (_, index) => `c${index}`) }),
      'categories',
      /provided 11 categories/,
    ],
    ['a category twice', mail({ categories: ['a', 'a'] }), 'categories', /\[a\] more than once/],
    ['an overlong category', mail({ categories: ['x'.repeat(256)] }), 'categories', /255 characters/],
    ['a category beyond ASCII', mail({ categories: ['é'] }), 'categories', /non-ASCII/],
    ['categories that are no texts', mail({ categories: [1] }), 'categories', /array of strings/],
    ['a header that is no text', mail({ headers: { 'X-A': 1 } }), 'headers', /must be strings/],
    ['a header name with a space', mail({ headers: { 'X A': 'x' } }), 'headers', /empty spaces/],
    ['a header twice', mail({ headers: { 'X-A': 'x', 'x-a': 'y' } }), 'headers', /duplicate keys/],
    ['a line break in a header', mail({ headers: { 'X-A': 'x\nBcc: y' } }), 'headers', /CRLF/],
    ['headers that are no object', mail({ headers: [] }), 'headers', /Expected: object, given: array/],
    [
      'custom arguments that are a text',
      mail({ custom_args: 'a' }),
      'custom_args',
      /Expected: object, given: string/,
    ],
    [
      'substitutions that are no texts',
      envelope({ substitutions: { a: 1 } }),
      'personalizations.0.substitutions',
      /all strings/,
    ],
    ['a time to send that is no number', mail({ send_at: 'now' }), 'send_at', /Unix timestamp/],
    ['a time to send too far ahead', mail({ send_at: 4_000_000_000 }), 'send_at', /72 hours/],
    [
      'a template id that is no text',
      mail({ template_id: 1 }),
      'template_id',
      /must be a string, you provided 1\./,
    ],
    [
      'a template id that is none',
      mail({ template_id: 'd-1' }),
      'template_id',
      /valid GUID, you provided 'd-1'/,
    ],
    [
      'sections that are no texts',
      mail({ sections: { a: 1 } }),
      'sections',
      /section values must be strings/,
    ],
    [
      'template data that is no object',
      envelope({ dynamic_template_data: 'x' }),
      'personalizations.0.dynamic_template_data',
      /Expected: object, given: string/,
    ],
    ['an unsubscribe group that is no object', mail({ asm: 5 }), 'asm', /Expected: object, given: integer/],
    [
      'an unsubscribe group that nobody has',
      mail({ asm: { group_id: 0 } }),
      'asm.group_id',
      /You provided \[0\]/,
    ],
    [
      'more reply-to addresses than it takes',
      mail({ reply_to_list: recipients(1001) }),
      'reply_to_list',
      /1000/,
    ],
    ['an unsubscribe group that is no number', mail({ asm: { group_id: 'x' } }), 'asm.group_id', /integer/],
    [
      'too many unsubscribe groups',
      mail({ asm: { group_id: 1, groups_to_display: Array(26).fill(1) } }),
      'asm.groups_to_display',
      /25/,
    ],
  ];

  it.each(cases)('%s', (_, body, field, message) => {
    expect(problemsOf(body)).toEqual([
      expect.objectContaining({ field, message: expect.stringMatching(message) as unknown }),
    ]);
  });

  it.each([
    'x-sg-id',
    'X-SG-EID',
    'Received',
    'DKIM-Signature',
    'Content-Type',
    'Content-Transfer-Encoding',
    'To',
    'From',
    'Subject',
    'Reply-To',
    'CC',
    'BCC',
  ])('the reserved header %s', (name) => {
    const field = 'personalizations.0.headers';
    const message = 'Header cannot be one of the reserved keys.';
    const help = expect.stringMatching(/#message\.personalizations\.headers$/) as unknown;
    expect(problemsOf(envelope({ headers: { [name]: 'x' } }))).toEqual([{ field, message, help }]);
  });

  it.each([null, [], 'text', 1, true])('a body that is %j', (body) => {
    expect(problemsOf(body)).toEqual([{ message: 'Bad Request', field: null, help: null }]);
  });

  it('hears of everything that is wrong at once, up to a hundred things', () => {
    expect(problemsOf({}).map((problem) => problem.field)).toEqual([
      'personalizations',
      'from.email',
      'content',
      'subject',
    ]);
    expect(problemsOf(mail({ personalizations: Array(1000).fill({}) }))).toHaveLength(100);
  });

  it.each<[string, unknown, string | null]>([
    ['a list of personalizations', mail({ personalizations: [] }), '-Personalizations-Errors'],
    ['one personalization', mail({ personalizations: [1], subject: 'x' }), null],
    ['a repeated address', envelope({ cc: [{ email: 'ann@example.com' }] }), 'message.recipient-errors'],
    ['a sender', mail({ from: { email: 'x' } }), 'message.from'],
    ['custom arguments', mail({ custom_args: 'x' }), 'message.custom_args'],
    [
      'an attachment',
      mail({ attachments: [{ filename: 'a', content: '<' }] }),
      'message.attachments.content',
    ],
  ])('is pointed to the place that explains %s', (_, body, anchor) => {
    const page = 'http://sendgrid.com/docs/API_Reference/Web_API_v3/Mail/errors.html';
    expect(problemsOf(body).map(({ help }) => help)).toEqual([anchor === null ? null : `${page}#${anchor}`]);
  });

  it('is pointed to the page that explains the problem', () => {
    const help =
      'http://sendgrid.com/docs/API_Reference/Web_API_v3/Mail/errors.html#message.personalizations.to';
    expect(problemsOf(mail({ personalizations: [{ to: [{ email: 'x' }] }] }))[0]?.help).toBe(help);
  });
});
