import type { Readable } from 'node:stream';

/** Times of one hand-over, ms. */
export interface TransmissionLimits {
  /** For everything before the server is told of the e-mail. */
  connectMs: number;
  /** From there to the server's answer. */
  answerMs: number;
}

/**
 * One e-mail on its way to a mail server: its time-outs, and how much of it has left. nodemailer reports a lost
 * connection alike in every phase of the dialogue, so this looks at the stream that the connection reads the e-mail
 * from. The line with the lone dot, after which a server may deliver (RFC 5321 §4.1.1.4), is written when that stream
 * has ended and never before; a server that loses its client earlier drops what it has (§3.8, §4.1.1.10).
 */
export class Transmission {
  private readonly control = new AbortController();
  private readonly contents: Readable[] = [];
  private timer: NodeJS.Timeout;

  constructor(private readonly limits: TransmissionLimits) {
    this.timer = this.abortIn(limits.connectMs + limits.answerMs);
  }

  get signal(): AbortSignal {
    return this.control.signal;
  }

  /** Whether the server may have all of it. */
  get complete(): boolean {
    return this.contents.some(({ readableEnded }) => readableEnded);
  }

  /** A connection is at hand and begins to send; once more where it turns out to be a stale one. */
  begin(content: Readable): void {
    this.contents.push(content);
    clearTimeout(this.timer);
    this.timer = this.abortIn(this.limits.answerMs);
  }

  end(): void {
    clearTimeout(this.timer);
  }

  private abortIn(ms: number): NodeJS.Timeout {
    return setTimeout(() => this.control.abort(), ms);
  }
}
