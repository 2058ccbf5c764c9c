import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { SendGridAnswer } from './sendgrid-answer.js';

/** How long the parts of an exchange may take, ms. */
export interface ExchangeLimits {
  /** From the first byte of the request to the end of the answer. */
  answerMs: number;
  /** From the answer's headers to its end, within `answerMs`. */
  bodyMs: number;
  /** Of the answer's body, bytes; what comes after is not read. */
  bodyBytes: number;
}

/**
 * What became of a request.
 * - `answered`: with a status, and as much of the body as came.
 * - `not_sent`: no byte of it was written.
 * - `no_answer`: it was written, or a part of it, and no status came back.
 */
export type Exchange =
  | { is: 'answered'; answer: SendGridAnswer }
  | { is: 'not_sent'; cause: Error }
  | { is: 'no_answer'; cause: Error };

/** The answer did not come in time. */
export class AnswerTimeout extends Error {}

/**
 * One request over a pool of connections. It goes beneath undici's `request()`, because only here can be told whether a
 * byte has left: undici calls `onRequestStart` right before it writes to a connection that is there, and an error
 * before that is one of queueing or connecting, whatever its code. (ECONNRESET, for one, may be a connection that was
 * never made, an idle one that the other side gave up, or one that was cut with the request under way.)
 * Never rejects.
 */
export const exchange = (
  dispatcher: Dispatcher,
  request: Pick<Dispatcher.DispatchOptions, 'path' | 'headers' | 'body'>,
  limits: ExchangeLimits,
): Promise<Exchange> =>
  new Promise((resolve) => {
    dispatcher.dispatch({ method: 'POST', ...request }, new ExchangeHandler(limits, resolve));
  });

class ExchangeHandler implements Dispatcher.DispatchHandler {
  private started = 0;
  private head: { status: number; headers: IncomingHttpHeaders } | undefined;
  private readonly body: Buffer[] = [];
  private bytes = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly limits: ExchangeLimits,
    private readonly resolve: (exchange: Exchange) => void,
  ) {}

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.started = performance.now();
    this.abortIn(this.limits.answerMs, controller);
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    // 100 Continue and its like announce an answer.
    if (status < 200) return;
    this.head = { status, headers };
    // Its end has come as well.
    if (headers['content-length'] === '0') return;
    const left = this.limits.answerMs - (performance.now() - this.started);
    this.abortIn(Math.min(this.limits.bodyMs, left), controller);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const room = this.limits.bodyBytes - this.bytes;
    this.body.push(chunk.subarray(0, room));
    this.bytes += chunk.length;
    if (this.bytes > this.limits.bodyBytes) controller.abort(new Error('the answer is too long'));
  }

  onResponseEnd(): void {
    this.settle(new Error('the answer ended'));
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.settle(error);
  }

  private abortIn(ms: number, controller: Dispatcher.DispatchController): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => controller.abort(new AnswerTimeout()), Math.max(ms, 0));
  }

  /** A status is an answer, even where its body never came to an end. */
  private settle(cause: Error): void {
    clearTimeout(this.timer);
    if (this.head)
      this.resolve({
        is: 'answered',
        answer: { ...this.head, body: this.bytes === 0 ? '' : Buffer.concat(this.body).toString() },
      });
    else this.resolve({ is: this.started ? 'no_answer' : 'not_sent', cause });
  }
}
