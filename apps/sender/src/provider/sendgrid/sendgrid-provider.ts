import { Pool } from 'undici';
import { EmailProvider, type Email, type ProviderOutcome } from '../email-provider.js';
import { mailPayload } from './mail-payload.js';
import { outcomeOf } from './sendgrid-answer.js';

export interface SendGridOptions {
  baseUrl: string;
  apiKey: string;
  /** Connections; one request at a time on each. */
  concurrency: number;
  timeoutMs: number;
}

/** Failures that happen before a byte of the request has left: SendGrid cannot have the e-mail. */
const beforeSending = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** SendGrid's Web API v3, over a keep-alive pool of our own, whose size and time-outs we set. */
export class SendGridProvider extends EmailProvider {
  private readonly pool: Pool;
  private readonly path: string;
  private readonly headers: Record<string, string>;

  constructor(private readonly options: SendGridOptions) {
    super();
    const { origin, pathname } = new URL(options.baseUrl);
    this.path = `${pathname.replace(/\/$/, '')}/v3/mail/send`;
    this.headers = { authorization: `Bearer ${options.apiKey}`, 'content-type': 'application/json' };
    this.pool = new Pool(origin, {
      connections: options.concurrency,
      pipelining: 1,
      connect: { timeout: Math.min(options.timeoutMs, 5_000) },
      headersTimeout: options.timeoutMs,
      bodyTimeout: options.timeoutMs,
    });
  }

  async send(email: Email): Promise<ProviderOutcome> {
    let body: string;
    try {
      body = mailPayload(email);
    } catch (error) {
      return { is: 'rejected', code: 'invalid_email', error: messageOf(error) };
    }
    try {
      const answer = await this.pool.request({
        method: 'POST',
        path: this.path,
        headers: this.headers,
        body,
        signal: AbortSignal.timeout(this.options.timeoutMs),
      });
      return outcomeOf(
        {
          status: answer.statusCode,
          headers: answer.headers,
          body: await answer.body.text().catch(() => ''),
        },
        Date.now(),
      );
    } catch (error) {
      return this.failure(error);
    }
  }

  async close(): Promise<void> {
    await this.pool.close();
  }

  private failure(error: unknown): ProviderOutcome {
    const { code: given, name } = error as { code?: unknown; name?: string };
    const code = typeof given === 'string' ? given : name === 'TimeoutError' ? 'timeout' : 'request_failed';
    if (beforeSending.has(code))
      return { is: 'retryable', code, error: `SendGrid cannot be reached (${code})` };
    return { is: 'unknown', code, error: `no answer from SendGrid (${code}): it may have the e-mail` };
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
