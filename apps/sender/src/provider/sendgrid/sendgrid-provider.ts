import type { ProviderName } from '@qflow/contracts';
import { Pool } from 'undici';
import {
  EmailProvider,
  invalidEmail,
  type Email,
  type ProviderLimits,
  type ProviderOutcome,
} from '../email-provider.js';
import { connectionTrouble } from '../mail/connection-trouble.js';
import { AnswerTimeout, exchange, type Exchange } from './exchange.js';
import { mailPayload } from './mail-payload.js';
import { outcomeOf } from './sendgrid-answer.js';

export interface SendGridOptions extends ProviderLimits {
  baseUrl: string;
  apiKey: string;
}

/** The status has come and decides: the body only says why, so a slow one is not worth a connection for long. */
const bodyTimeoutMs = 2_000;
/** An answer of SendGrid is below 1 KB. */
const mostBodyBytes = 64 * 1024;

/** SendGrid's Web API v3, over keep-alive connections of our own. */
export class SendGridProvider extends EmailProvider {
  readonly name: ProviderName = 'sendgrid';
  /** How texts begin that name it. */
  protected readonly title: string = 'SendGrid';
  private readonly pool: Pool;
  private readonly path: string;
  private readonly headers: Record<string, string>;

  constructor(private readonly options: SendGridOptions) {
    super();
    const { origin, pathname } = new URL(options.baseUrl);
    this.path = `${pathname.replace(/\/$/, '')}/v3/mail/send`;
    this.headers = {
      authorization: `Bearer ${options.apiKey}`,
      'content-type': 'application/json',
      accept: 'application/json',
    };
    this.pool = new Pool(origin, {
      connections: options.concurrency,
      pipelining: 1,
      connect: { timeout: options.connectTimeoutMs },
      // Those of the exchange are exact and say which phase it was.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  async send(email: Email): Promise<ProviderOutcome> {
    let body: string;
    try {
      body = mailPayload(email);
    } catch (error) {
      return { is: 'rejected', code: invalidEmail, error: messageOf(error) };
    }
    const { path, headers } = this;
    const done = await exchange(
      this.pool,
      { path, headers, body },
      { answerMs: this.options.answerTimeoutMs, bodyMs: bodyTimeoutMs, bodyBytes: mostBodyBytes },
    );
    return this.outcome(done);
  }

  close(): Promise<void> {
    return this.pool.destroy();
  }

  private outcome(done: Exchange): ProviderOutcome {
    switch (done.is) {
      case 'answered':
        return outcomeOf(done.answer, Date.now(), { name: this.name, title: this.title });
      case 'not_sent':
        return this.unreachable(done.cause);
      case 'no_answer':
        return {
          is: 'unknown',
          code: `${this.name}_no_answer`,
          error: `${this.title} gave no answer, and may have the e-mail: ${this.silence(done.cause)}`,
        };
    }
  }

  private unreachable(cause: Error): ProviderOutcome {
    const code = codeOf(cause);
    if (code === 'UND_ERR_DESTROYED' || code === 'UND_ERR_CLOSED')
      return {
        is: 'retryable',
        because: 'this_attempt',
        code: `${this.name}_closed`,
        error: 'this replica is shutting down',
      };
    return {
      is: 'retryable',
      // Say, a key that cannot be written into a header.
      because: code === 'UND_ERR_INVALID_ARG' ? 'misconfigured' : 'down',
      code: `${this.name}_unreachable`,
      error: `${this.title} cannot be reached: ${connectionTrouble(code, cause.message)}`,
    };
  }

  private silence(cause: Error): string {
    if (cause instanceof AnswerTimeout) return `none came within ${this.options.answerTimeoutMs / 1000} s`;
    return connectionTrouble(codeOf(cause), cause.message);
  }
}

const codeOf = (error: Error & { code?: unknown }): string | undefined =>
  typeof error.code === 'string' ? error.code : undefined;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
