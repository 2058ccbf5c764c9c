import { STATUS_CODES } from 'node:http';

/**
 * What SendGrid says with a status when the request's fields are not to blame.
 *
 * @see https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send (responses)
 */
export function sendGridWords(status: number): string {
  return WORDS[status] ?? STATUS_CODES[status]?.toLowerCase() ?? 'error';
}

const WORDS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'The provided authorization grant is invalid, expired, or revoked',
  403: 'access forbidden',
  404: 'not found',
  405: 'method not allowed',
  413: 'The JSON payload you have included in your request is too large.',
  415: 'Content-Type should be application/json.',
  429: 'too many requests',
  500: 'internal server error',
  503: 'The SendGrid v3 Web API is not available.',
};
