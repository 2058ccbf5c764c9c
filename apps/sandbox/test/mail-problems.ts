import { SendGridError, type SendGridProblem } from '../src/api/sendgrid-error.js';
import { readMailRequest } from '../src/mail-send/read-mail-request.js';

/** A mail that SendGrid takes; give what matters to the test. */
export const mail = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  personalizations: [{ to: [{ email: 'ann@example.com', name: 'Ann' }] }],
  from: { email: 'events@conf.example', name: 'Conf' },
  subject: 'Your ticket',
  content: [
    { type: 'text/plain', value: 'Hello' },
    { type: 'text/html', value: '<p>Hello</p>' },
  ],
  ...changes,
});
/** The same, with changes to its one personalization. */
export const envelope = (changes: Record<string, unknown>): Record<string, unknown> =>
  mail({ personalizations: [{ to: [{ email: 'ann@example.com' }], ...changes }] });
export const recipients = (count: number, from = 0): { email: string }[] =>
  Array.from({ length: count }, (_, index) => ({ email: `guest${from + index}@example.com` }));

/** What `POST /v3/mail/send` finds wrong with a body. */
export function problemsOf(body: unknown): SendGridProblem[] {
  try {
    readMailRequest(body);
  } catch (error) {
    if (error instanceof SendGridError && error.status === 400) return error.problems;
    throw error;
  }
  return [];
}
