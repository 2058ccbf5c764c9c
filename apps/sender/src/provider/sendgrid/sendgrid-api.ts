import { CodedError } from '@qflow/contracts';
import { Pool } from 'undici';
import { textOf } from './error-text.js';

export interface SendGridApiOptions {
  baseUrl: string;
  apiKey: string;
  /** For the whole exchange, ms. */
  timeoutMs: number;
}

/** An answer of SendGrid's API; `body` is null where there was no JSON. */
export interface ApiAnswer {
  status: number;
  body: unknown;
}

/** Few calls at once: this is what people do in a set-up page, and it has connections apart from the mail's. */
const connections = 4;
/** A page of 50 domains is some 60 KB. */
const mostBytes = 1024 * 1024;

/** Calls to SendGrid's Web API v3 other than sending: any trouble is `unavailable`, and the log has the reason. */
export class SendGridApi {
  private readonly pool: Pool;
  private readonly base: string;

  constructor(private readonly options: SendGridApiOptions) {
    const { origin, pathname } = new URL(options.baseUrl);
    this.base = `${pathname.replace(/\/$/, '')}/v3`;
    this.pool = new Pool(origin, {
      connections,
      maxResponseSize: mostBytes,
      connect: { timeout: Math.min(options.timeoutMs, 5_000) },
    });
  }

  /**
   * @returns the answer where its status is one of `expected`
   * @throws CodedError `unavailable` with the reason as its cause
   */
  async call(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    expected: readonly number[],
    body?: object,
  ): Promise<ApiAnswer> {
    const { status, text } = await this.exchange(method, path, body).catch((error: unknown) => {
      throw unavailable(`SendGrid did not answer ${method} ${path}`, error);
    });
    if (!expected.includes(status))
      throw unavailable(`SendGrid answered ${method} ${path} with ${status}: ${textOf(text)}`);
    return { status, body: jsonOf(text) };
  }

  close(): Promise<void> {
    return this.pool.close();
  }

  private async exchange(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    body: object | undefined,
  ): Promise<{ status: number; text: string }> {
    const answer = await this.pool.request({
      method,
      path: `${this.base}${path}`,
      headers: {
        authorization: `Bearer ${this.options.apiKey}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      body: body ? JSON.stringify(body) : null,
      signal: AbortSignal.timeout(this.options.timeoutMs),
    });
    return { status: answer.statusCode, text: await answer.body.text() };
  }
}

/** For the caller a `503`; for the log why. */
export const unavailable = (reason: string, cause?: unknown): CodedError =>
  Object.assign(
    new CodedError('unavailable', 'The e-mail provider does not answer as it should. Try again shortly.', {
      retryAfter: 5,
    }),
    { cause: new Error(reason, { cause }) },
  );

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
