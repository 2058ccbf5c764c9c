import type { IncomingHttpHeaders } from 'node:http';
import type { ProviderName } from '@qflow/contracts';
import type { ProviderOutcome, RetryReason } from '../email-provider.js';
import { errorsOf, textOf } from './error-text.js';
import { defaultPauseMs, pauseOf } from './pause-of.js';

export interface SendGridAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Who answered: the first part of every code, and its name in texts. */
export interface Answerer {
  name: ProviderName;
  /** At the beginning of a sentence. */
  title: string;
}

type Verdict = 'accepted' | 'rejected' | 'unknown' | RetryReason;

/**
 * What each status means for the e-mail. SendGrid's API reference ("Mail Send", "Errors") has 200, 202, 400, 401, 403,
 * 404, 405, 406, 413, 415, 429, 500 and 503; the others come from gateways and proxies on the way.
 */
const verdicts: Readonly<Record<number, Verdict>> = {
  // 200: its sandbox mode, which checks and does not deliver.
  200: 'accepted',
  202: 'accepted',
  // Our key, plan, URL or proxy. An operator mends it, and nothing that waits meanwhile is lost.
  401: 'misconfigured',
  402: 'misconfigured',
  403: 'misconfigured',
  404: 'misconfigured',
  405: 'misconfigured',
  406: 'misconfigured',
  407: 'misconfigured',
  410: 'misconfigured',
  415: 'misconfigured',
  421: 'misconfigured',
  511: 'misconfigured',
  // The request did not get there in time or in order: nobody acted on it.
  408: 'down',
  425: 'down',
  429: 'slow_down',
  // It says itself that it failed.
  500: 'down',
  503: 'down',
};

/**
 * What an answer of `POST /v3/mail/send` means.
 * @param now unix ms
 */
export function outcomeOf(
  answer: SendGridAnswer,
  now: number,
  { name, title }: Answerer = { name: 'sendgrid', title: 'SendGrid' },
): ProviderOutcome {
  const { status, headers, body } = answer;
  const verdict = verdictOf(answer);
  if (verdict === 'accepted') return { is: 'accepted', messageId: messageIdOf(headers) };
  const told = { code: `${name}_${status}`, error: `${title} answered ${status}: ${textOf(body)}` };
  if (verdict === 'rejected') return { is: 'rejected', ...told };
  if (verdict === 'unknown') return { is: 'unknown', ...told };
  const afterMs = pauseOf(headers, now) ?? (pauses.has(verdict) ? defaultPauseMs : undefined);
  return { is: 'retryable', because: verdict, ...told, ...(afterMs && { afterMs }) };
}

/** Reasons for which waiting a moment is better than trying at once, even where the answer asks for no pause. */
const pauses: ReadonlySet<Verdict> = new Set(['slow_down', 'misconfigured']);

function verdictOf({ status, body }: SendGridAnswer): Verdict {
  if (status === 400 || status === 403) return judgementOf(status, body);
  const known = verdicts[status];
  if (known) return known;
  if (status >= 300 && status < 400) return 'misconfigured';
  if (status >= 400 && status < 500) return 'rejected';
  // 502, 504 and their like: a gateway in between gave up on SendGrid, which may have the e-mail all the same. And a
  // 2xx that SendGrid does not document says nothing about whether it came from there.
  return 'unknown';
}

/** 400 and 403 are also what proxies and firewalls say; only in SendGrid's own words are they about the e-mail or us. */
function judgementOf(status: 400 | 403, body: string): Verdict {
  const errors = errorsOf(body);
  if (errors.length === 0) return 'down';
  if (status === 400) return 'rejected';
  // "The from address does not match a verified Sender Identity": one account's sender, and no fault of our key. Were
  // it taken for one, any customer with a wrong from address could stop everybody's e-mail.
  return errors.every(({ field }) => field && /^from(\.|$)/.test(field)) ? 'this_attempt' : 'misconfigured';
}

function messageIdOf(headers: IncomingHttpHeaders): string | null {
  const id = headers['x-message-id'];
  return (Array.isArray(id) ? id[0] : id) || null;
}
