import type { ProviderOutcome } from '../email-provider.js';

export interface SendGridAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** SendGrid says when its rate limit resets; without a word, this is how long we wait. */
const defaultPauseMs = 10_000;
const longestPauseMs = 10 * 60_000;

/**
 * What an answer of `POST /v3/mail/send` means (SendGrid API reference, "Mail Send": 202 accepted; 4xx with
 * `{errors: [{message, field, help}]}`; 429 with `X-RateLimit-Reset`; 5xx).
 */
export function outcomeOf({ status, headers, body }: SendGridAnswer, now: number): ProviderOutcome {
  if (status === 202 || status === 200) return { is: 'accepted', messageId: first(headers['x-message-id']) };
  const error = `SendGrid answered ${status}: ${messageOf(body)}`;
  const code = `sendgrid_${status}`;
  if (status === 429) return { is: 'retryable', code, error, afterMs: pauseOf(headers, now) };
  // Our key or plan is wrong, not the e-mail: an operator mends it, and nothing that waits meanwhile is lost.
  if (status === 401 || status === 403) return { is: 'retryable', code, error, afterMs: defaultPauseMs };
  // A gateway in between gave up on SendGrid, which may have the e-mail all the same.
  if (status === 502 || status === 504) return { is: 'unknown', code, error };
  if (status >= 500 || status === 408 || status === 425) return { is: 'retryable', code, error };
  return { is: 'rejected', code, error };
}

function pauseOf(headers: SendGridAnswer['headers'], now: number): number {
  const reset = Number(first(headers['x-ratelimit-reset'])) * 1000;
  const pause = Number.isFinite(reset) && reset > 0 ? reset - now : defaultPauseMs;
  return Math.min(Math.max(pause, 100), longestPauseMs);
}

const first = (header: string | string[] | undefined): string | null =>
  (Array.isArray(header) ? header[0] : header) ?? null;

/** The first message of an error body, or the beginning of whatever came instead. */
export function messageOf(body: string): string {
  try {
    const { errors } = JSON.parse(body) as { errors?: { message?: unknown; field?: unknown }[] };
    const { message, field } = errors?.[0] ?? {};
    if (typeof message === 'string') return typeof field === 'string' ? `${message} (${field})` : message;
  } catch {
    // Not SendGrid's JSON: a proxy in between, say.
  }
  return body.slice(0, 200) || 'no body';
}
