import { describe, expect, it } from '@jest/globals';
import type { NodemailerError } from 'nodemailer';
import { acceptedBy, outcomeOfFailure } from './smtp-outcome.js';

const failure = (values: Partial<NodemailerError> & { originalCode?: string }): NodemailerError =>
  Object.assign(new Error('Something broke'), values);

describe('an e-mail that a mail server took', () => {
  const messageId = '<1.1@example.com>';
  it.each([
    ['250 2.0.0 Ok: queued as 4F1A2B', undefined, '4F1A2B'],
    ['250 2.0.0 OK: Queued as <4F1A2B>', undefined, '1.1@example.com'],
    [
      '250 Ok 0100018b5c3c0a4f-000000',
      '<0100018b5c3c0a4f-000000@email.amazonses.com>',
      '0100018b5c3c0a4f-000000@email.amazonses.com',
    ],
    ['250 OK', undefined, '1.1@example.com'],
  ])('%s', (response, serverMessageId, id) => {
    const outcome = acceptedBy({ response, messageId, ...(serverMessageId && { serverMessageId }) });
    expect(outcome).toEqual({ is: 'accepted', messageId: id });
  });
});

describe('an e-mail that was not handed over', () => {
  it('with a word of the server that came unasked, after the content: it may have it', () => {
    const error = failure({
      code: 'EPROTOCOL',
      response: '550 5.0.0 Who are you?',
      responseCode: 550,
      command: 'CONN',
    });
    expect(outcomeOfFailure(error, true)).toMatchObject({ is: 'unknown' });
    expect(outcomeOfFailure(error, false)).toMatchObject({ is: 'retryable' });
  });

  it('and the server closed with its answer: that is the answer', () => {
    const error = failure({
      code: 'ECONNECTION',
      response: '550 5.7.1 No',
      responseCode: 550,
      command: 'DATA',
    });
    expect(outcomeOfFailure(error, true)).toMatchObject({ is: 'rejected', code: 'smtp_5.7.1' });
  });

  it.each([
    [failure({ code: 'EABORT' }), 'it took too long'],
    [failure({ code: 'ETIMEDOUT' }), 'connecting took too long (ETIMEDOUT)'],
    [failure({ code: 'EDNS', originalCode: 'ENOTFOUND' }), 'its name is not known (ENOTFOUND)'],
    [
      failure({ code: 'ESOCKET', originalCode: 'CERT_HAS_EXPIRED' }),
      'its certificate has expired (CERT_HAS_EXPIRED)',
    ],
    [failure({}), 'Something broke'],
  ])('%s: %s', (error, why) => {
    expect(outcomeOfFailure(error, false)).toEqual({
      is: 'retryable',
      because: 'down',
      code: 'smtp_unreachable',
      error: `the mail server cannot be reached: ${why}`,
    });
    expect(outcomeOfFailure(error, true)).toEqual({
      is: 'unknown',
      code: 'smtp_no_answer',
      error: `the mail server did not say whether it took the e-mail: ${why}`,
    });
  });

  it('bounds what the server says', () => {
    const response = `550 5.7.1 ${'No. '.repeat(10_000)}`;
    const outcome = outcomeOfFailure(
      failure({ code: 'EMESSAGE', response, responseCode: 550, command: 'DATA' }),
      true,
    );
    expect((outcome as { error: string }).error.length).toBeLessThan(600);
  });

  it('where the log-in cannot even be tried, our settings are wrong', () => {
    const error = failure({ code: 'EAUTH', command: 'API' });
    expect(outcomeOfFailure(error, false)).toMatchObject({
      is: 'retryable',
      because: 'misconfigured',
      code: 'smtp_auth',
    });
  });
});
