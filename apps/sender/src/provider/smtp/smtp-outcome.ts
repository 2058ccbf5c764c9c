import type { NodemailerError, SMTPPoolSentMessageInfo } from 'nodemailer';
import { invalidEmail, type ProviderOutcome, type RetryReason } from '../email-provider.js';
import { connectionTrouble } from '../mail/connection-trouble.js';

/** How long we wait where a server has had enough of us for now; SMTP has no way to say how long. */
const pauseMs = 10_000;
const longestReply = 500;

/** A server's refusal. */
interface Reply {
  /** RFC 5321 §4.2: the first digit decides. */
  code: number;
  /** RFC 3463, where the server has it (RFC 2034). */
  enhanced?: string;
  text: string;
}

/**
 * The server has taken the e-mail over.
 * @returns with the id that the server gave it, to look it up there: where it says none, the e-mail's own Message-ID
 */
export function acceptedBy({
  response,
  messageId,
  serverMessageId,
}: Pick<SMTPPoolSentMessageInfo, 'response' | 'messageId' | 'serverMessageId'>): ProviderOutcome {
  const queueId = /\bqueued as ([\w.-]{1,200})/i.exec(response)?.[1];
  return { is: 'accepted', messageId: queueId ?? (serverMessageId ?? messageId).replace(/^<|>$/g, '') };
}

/**
 * What a failed hand-over means.
 * @param complete whether the whole e-mail was sent, so that the server may have accepted it
 */
export function outcomeOfFailure(error: NodemailerError, complete: boolean): ProviderOutcome {
  const reply = replyOf(error, complete);
  if (reply) return refusal(reply, error.command ?? '');
  if (complete)
    return {
      is: 'unknown',
      code: 'smtp_no_answer',
      error: `the mail server did not say whether it took the e-mail: ${troubleOf(error)}`,
    };
  if (error.code === 'EAUTH' || error.code === 'ENOAUTH')
    return {
      is: 'retryable',
      because: 'misconfigured',
      code: 'smtp_auth',
      error: `we cannot log in to the mail server: ${error.message}`,
      afterMs: pauseMs,
    };
  // nodemailer's own checks: SIZE (RFC 1870), of which the server has said what it takes, and the envelope.
  if (error.code === 'EMESSAGE') return { is: 'rejected', code: 'smtp_5.3.4', error: error.message };
  if (error.code === 'EENVELOPE') return { is: 'rejected', code: invalidEmail, error: error.message };
  return {
    is: 'retryable',
    because: 'down',
    code: 'smtp_unreachable',
    error: `the mail server cannot be reached: ${troubleOf(error)}`,
  };
}

/** The reply that ended it. One that came unasked, after the e-mail and before its answer, is about something else. */
function replyOf({ response, responseCode, code }: NodemailerError, complete: boolean): Reply | undefined {
  if (!response || !responseCode || responseCode < 400 || (complete && code === 'EPROTOCOL'))
    return undefined;
  const enhanced = /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1];
  const text = response
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, longestReply);
  return { code: responseCode, ...(enhanced && { enhanced }), text };
}

/** @param command as nodemailer names the step: CONN, EHLO, STARTTLS, AUTH …, MAIL FROM, RCPT TO, DATA */
function refusal(reply: Reply, command: string): ProviderOutcome {
  const told = {
    code: `smtp_${reply.enhanced ?? reply.code}`,
    error: `the mail server answered${command && command !== 'CONN' ? ` ${command} with` : ''} ${reply.text}`,
  };
  const because = reasonToRetry(reply, command);
  if (!because) return { is: 'rejected', ...told };
  const pauses = because === 'slow_down' || because === 'misconfigured';
  return { is: 'retryable', because, ...told, ...(pauses && { afterMs: pauseMs }) };
}

/** The steps in which server and client get to know each other; no e-mail has been spoken of yet. */
const aboutUs = /^(CONN|EHLO|HELO|STARTTLS|AUTH)\b/;

/** @returns undefined where the refusal is for good */
function reasonToRetry({ code, enhanced = '' }: Reply, command: string): RetryReason | undefined {
  const subject = enhanced.slice(1);
  if (code === 421) return reasonOfClosing(subject, command);
  // RFC 4954 §6: it wants a log-in, or not this one.
  if (code === 530 || code === 534 || code === 535 || code === 538) return 'misconfigured';
  // A server that does not talk to us at all (RFC 5321 §3.1, RFC 7504) does so for a reason that somebody has to mend.
  if (aboutUs.test(command)) return code < 500 ? 'down' : 'misconfigured';
  // The dialogue got out of step; on another connection the same e-mail may go through.
  if (code === 503) return 'down';
  if (code >= 500) return undefined;
  // Outside of a log-in this is Amazon SES: "Throttling failure: Maximum sending rate exceeded".
  if (code === 454) return 'slow_down';
  // RFC 3463 §3.4: the state of the server itself, such as a full disk. Everything else is about this recipient,
  // this content or this policy (a mailbox that is full, greylisting).
  return subject.startsWith('.3.') || (enhanced === '' && code === 452) ? 'down' : 'this_attempt';
}

/**
 * RFC 5321 §3.8: 421 means that the server is about to close the connection. Where it names its policy (RFC 3463
 * §3.8, X.7) or has talked to us before, we are too fast or too many; otherwise it is not in service.
 */
const reasonOfClosing = (subject: string, command: string): RetryReason =>
  aboutUs.test(command) && !subject.startsWith('.7.') ? 'down' : 'slow_down';

function troubleOf({ code, originalCode, message }: NodemailerError & { originalCode?: unknown }): string {
  if (code === 'EABORT') return 'it took too long';
  const cause = typeof originalCode === 'string' ? originalCode : code;
  return connectionTrouble(cause, message);
}
