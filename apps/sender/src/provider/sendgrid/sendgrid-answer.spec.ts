import { describe, expect, it } from '@jest/globals';
import { outcomeOf } from './sendgrid-answer.js';

const now = 1_700_000_000_000;
const answer = (status: number, body = '', headers = {}) => outcomeOf({ status, body, headers }, now);
const errors = (...list: { message: string; field?: string | null }[]): string =>
  JSON.stringify({ errors: list.map((error) => ({ field: null, help: null, ...error })) });

const html = '<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>';

describe('an answer of SendGrid', () => {
  it.each([200, 202])('%i is accepted, with the message id', (status) => {
    expect(answer(status, '', { 'x-message-id': 'abc' })).toEqual({ is: 'accepted', messageId: 'abc' });
    expect(answer(status)).toEqual({ is: 'accepted', messageId: null });
  });

  it.each([201, 204, 206])('%i is none that SendGrid gives: it may or may not have the e-mail', (status) => {
    expect(answer(status)).toMatchObject({ is: 'unknown', code: `sendgrid_${status}` });
  });

  it.each([
    ['The from address is not valid.', 'from.email'],
    ['Does not contain a valid address.', 'personalizations.0.to.0.email'],
    [
      'The to array is required for all personalization objects, and must have at least one email object with a valid email address.',
      'personalizations.0.to',
    ],
    [
      'The subject is required. You can get around this requirement if you use a template with a subject defined.',
      'subject',
    ],
    ['Unless a valid template_id is provided, the content parameter is required.', 'content'],
    ['The content value must be a string at least one character in length.', 'content.0.value'],
    ['The reply_to email does not contain a valid address.', 'reply_to.email'],
    [
      'Each email address in the personalization block should be unique between to, cc, and bcc.',
      'personalizations.0',
    ],
    ['Custom args cannot exceed 10000 bytes.', 'custom_args'],
    ['Invalid header. The header cannot be a reserved header.', 'headers.to'],
    ['The asm group_id is not valid.', 'asm.group_id'],
    ['Invalid UTF8 string passed.', 'subject'],
    ['Bad Request', null],
  ])('400 "%s" is final, in SendGrid’s own words', (message, field) => {
    expect(answer(400, errors({ message, field }))).toEqual({
      is: 'rejected',
      code: 'sendgrid_400',
      error: `SendGrid answered 400: ${field ? `${message} (${field})` : message}`,
    });
  });

  it('tells all that is wrong', () => {
    const body = errors(
      { message: 'One.', field: 'from.email' },
      { message: 'Two.' },
      { message: 'Three.', field: 'content' },
    );
    expect(answer(400, body)).toMatchObject({
      error: 'SendGrid answered 400: One. (from.email); Two.; Three. (content)',
    });
  });

  it.each([411, 413, 414, 422, 431])('%i is the e-mail’s fault, whoever says so', (status) => {
    expect(answer(status, html)).toEqual({
      is: 'rejected',
      code: `sendgrid_${status}`,
      error: `SendGrid answered ${status}: an HTML page, "502 Bad Gateway"`,
    });
  });

  it.each([
    [301, ''],
    [302, html],
    [307, ''],
    [308, ''],
    [401, errors({ message: 'The provided authorization grant is invalid, expired, or revoked' })],
    [401, errors({ message: 'Maximum credits exceeded' })],
    [401, ''],
    [402, ''],
    [403, errors({ message: 'access forbidden' })],
    [403, errors({ message: 'access forbidden' }, { message: 'No.', field: 'from' })],
    [404, errors({ message: 'Resource not found' })],
    [404, html],
    [405, errors({ message: 'Method Not Allowed' })],
    [406, errors({ message: 'Missing Accept header. For example: Accept: application/json' })],
    [407, html],
    [410, ''],
    [415, errors({ message: "Content-Type should be 'application/json'." })],
    [421, ''],
    [511, html],
  ])('%i (%s) is for an operator to mend: nothing is lost, and a pause is made', (status, body) => {
    expect(answer(status, body)).toMatchObject({
      is: 'retryable',
      because: 'misconfigured',
      code: `sendgrid_${status}`,
      afterMs: 10_000,
    });
  });

  it.each(['from', 'from.email'])('403 about %s is about this sender, and stops nobody else', (field) => {
    const message = 'The from address does not match a verified Sender Identity.';
    expect(answer(403, errors({ message, field }))).toEqual({
      is: 'retryable',
      because: 'this_attempt',
      code: 'sendgrid_403',
      error: `SendGrid answered 403: ${message} (${field})`,
    });
  });

  it.each([
    [400, ''],
    [400, html],
    [400, '{"errors":[]}'],
    [400, 'Client sent an HTTP request to an HTTPS server.'],
    [403, html],
    [403, ''],
  ])('%i %j is not SendGrid’s word, and no e-mail is lost for it', (status, body) => {
    expect(answer(status, body)).toMatchObject({
      is: 'retryable',
      because: 'down',
      code: `sendgrid_${status}`,
    });
  });

  it.each([408, 425, 500, 503])('%i is tried again', (status) => {
    expect(answer(status, 'not today')).toEqual({
      is: 'retryable',
      because: 'down',
      code: `sendgrid_${status}`,
      error: `SendGrid answered ${status}: not today`,
    });
  });

  it('503 is tried again when it says', () => {
    expect(answer(503, '', { 'retry-after': '120' })).toMatchObject({ because: 'down', afterMs: 120_000 });
  });

  it.each([501, 502, 504, 505, 507, 520, 522, 524, 599, 600])(
    '%i says nothing about whether SendGrid has the e-mail',
    (status) => {
      expect(answer(status, html)).toMatchObject({ is: 'unknown', code: `sendgrid_${status}` });
    },
  );

  it('429 waits until the limit resets', () => {
    const reset = { 'x-ratelimit-reset': String(now / 1000 + 7) };
    expect(answer(429, errors({ message: 'too many requests' }), reset)).toEqual({
      is: 'retryable',
      because: 'slow_down',
      code: 'sendgrid_429',
      error: 'SendGrid answered 429: too many requests',
      afterMs: 7_000,
    });
    expect(answer(429)).toMatchObject({ because: 'slow_down', afterMs: 10_000 });
  });

  it('is the answer of whoever gave it', () => {
    const sandbox = { name: 'sandbox', title: 'The sandbox' } as const;
    expect(outcomeOf({ status: 500, body: '', headers: {} }, now, sandbox)).toMatchObject({
      code: 'sandbox_500',
      error: 'The sandbox answered 500: no body',
    });
  });
});
