/** What a call was answered with. */
export interface HttpAnswer {
  readonly status: number;
  /** The body, read as UTF-8. */
  readonly text: string;
}

/** The first lines of an answer, as far as the client needs them. */
export interface AnswerHead {
  readonly status: number;
  /** Bytes of head and body together. */
  readonly length: number;
  readonly bodyAt: number;
  /** Whether the server takes another request on this connection. */
  readonly keepsAlive: boolean;
}

/** Longer than any server of ours writes; what has no end by then is no HTTP. */
const longestHead = 16 * 1024;

/**
 * Reads the head of an HTTP/1.1 answer: a status line and a length, which is all that the platform's services send.
 * @param bytes the answer's first bytes, and only bytes of this answer
 * @returns undefined while the head is not complete
 * @throws Error for what it does not understand (another version, a chunked body, a body without a length): to guess
 *   would be to measure nonsense
 */
export function readHead(bytes: Buffer): AnswerHead | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end === -1) {
    if (bytes.length > longestHead) throw new Error('The head of an answer has no end.');
    return undefined;
  }
  const head = bytes.toString('latin1', 0, end);
  const status = Number(/^HTTP\/1\.1 ([2-5]\d\d)(?: |$|\r)/.exec(head)?.[1] ?? NaN);
  if (Number.isNaN(status)) throw new Error(`Not the beginning of an HTTP/1.1 answer: ${head.slice(0, 80)}`);
  const bodyAt = end + 4;
  return {
    status,
    bodyAt,
    length: bodyAt + bodyLength(status, head),
    keepsAlive: !/\r\nconnection:[ \t]*close/i.test(head),
  };
}

function bodyLength(status: number, head: string): number {
  const told = /\r\ncontent-length:[ \t]*(\d+)[ \t]*(?:\r|$)/i.exec(head)?.[1];
  if (told !== undefined) return Number(told);
  if (status === 204 || status === 304) return 0;
  throw new Error(
    `An answer (${status}) without a Content-Length, such as a chunked one, is not understood.`,
  );
}
