import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Exchange } from './exchange.js';

/** What a receiver answered. */
export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  /** Its beginning. */
  body: Buffer;
  /** Whether all of it was read, so that the connection is fit for another request. */
  complete: boolean;
}

/** An endpoint that sends interim answers (1xx) and never a final one. */
export class TooManyInterimAnswers extends Error {
  readonly code = 'too_many_interim_answers';
}

/** An endpoint that began to answer and ended the connection before a final status. */
export class AnswerIncomplete extends Error {
  readonly code = 'answer_incomplete';
}

/** Codes of a connection that the other side has ended. */
const ended = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

/** Whether the connection was ended without a word, as that of an idle one is. */
export const isClosed = (error: unknown): boolean => ended.has((error as { code?: string }).code ?? '');

/** Of an answer's body, this much is read; the rest is not even drained. */
const readBytes = 16 * 1024;
const maxInterim = 20;
const noContent = 204;
const nothing = Buffer.alloc(0);

/**
 * Reads one answer. Its status decides what came of the request, so once that is here, nothing that is wrong with the
 * body is a failure any more: one that is too long, broken or never ends is cut.
 */
export class AnswerReader implements Dispatcher.DispatchHandler {
  readonly answer: Promise<Answer>;
  private settle!: (answer: Answer) => void;
  private fail!: (error: Error) => void;
  private final: Pick<Answer, 'status' | 'headers'> | null = null;
  private readonly chunks: Buffer[] = [];
  private size = 0;
  private interim = 0;
  private begun = false;

  /** @param bodyMs once the status is here, the outcome is known; the body gets so much more time */
  constructor(
    private readonly exchange: Exchange,
    private readonly bodyMs: number,
  ) {
    this.answer = new Promise((resolve, reject) => {
      this.settle = resolve;
      this.fail = reject;
    });
  }

  onRequestStart(): void {
    this.exchange.phase = 'request';
  }

  onResponseStarted(): void {
    this.begun = true;
  }

  /** May be called several times: 1xx answers go ahead of the final one (RFC 9110 §15.2). */
  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (status < 200) {
      if (++this.interim > maxInterim) controller.abort(new TooManyInterimAnswers());
      return;
    }
    this.final = { status, headers };
    // Where there is no body, the answer is here, and nothing has to be hurried.
    if (headers['content-length'] !== '0' && status !== noContent) this.exchange.hurry(this.bodyMs);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.chunks.push(chunk);
    this.size += chunk.length;
    if (this.size < readBytes) return;
    this.finish(false);
    controller.abort(new Error('the rest of the answer is not wanted'));
  }

  onResponseEnd(): void {
    this.finish(true);
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    if (this.final) this.finish(false);
    else this.fail(this.begun && isClosed(error) ? new AnswerIncomplete('', { cause: error }) : error);
  }

  private finish(complete: boolean): void {
    if (this.final)
      this.settle({
        ...this.final,
        body: this.size === 0 ? nothing : Buffer.concat(this.chunks).subarray(0, readBytes),
        complete,
      });
  }
}
