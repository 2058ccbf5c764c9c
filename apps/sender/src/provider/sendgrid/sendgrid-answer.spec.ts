import { describe, expect, it } from '@jest/globals';
import { outcomeOf } from './sendgrid-answer.js';

const now = 1_700_000_000_000;
const answer = (status: number, body = '', headers = {}) => outcomeOf({ status, body, headers }, now);

describe('an answer of SendGrid', () => {
  it('202 is accepted, with the message id', () => {
    expect(answer(202, '', { 'x-message-id': 'abc' })).toEqual({ is: 'accepted', messageId: 'abc' });
  });

  it('400 is final, in SendGrid’s own words', () => {
    const body = JSON.stringify({
      errors: [{ message: 'The from address is not valid.', field: 'from.email', help: null }],
    });
    expect(answer(400, body)).toEqual({
      is: 'rejected',
      code: 'sendgrid_400',
      error: 'SendGrid answered 400: The from address is not valid. (from.email)',
    });
  });

  it('429 waits until the limit resets', () => {
    expect(answer(429, '', { 'x-ratelimit-reset': String(now / 1000 + 7) })).toMatchObject({
      is: 'retryable',
      afterMs: 7_000,
    });
    expect(answer(429)).toMatchObject({ is: 'retryable', afterMs: 10_000 });
    expect(answer(429, '', { 'x-ratelimit-reset': 'soon' })).toMatchObject({ afterMs: 10_000 });
  });

  it.each([401, 403])('%i is the operator’s to mend: nothing fails for good meanwhile', (status) => {
    expect(answer(status)).toMatchObject({ is: 'retryable' });
  });

  it.each([502, 504])('%i says nothing about whether SendGrid has the e-mail', (status) => {
    expect(answer(status)).toMatchObject({ is: 'unknown' });
  });

  it.each([408, 425, 500, 503])('%i is tried again', (status) => {
    expect(answer(status, '<html>')).toEqual({
      is: 'retryable',
      code: `sendgrid_${status}`,
      error: `SendGrid answered ${status}: <html>`,
    });
  });
});
