/** A request that has arrived completely. */
export interface WebhookRequest {
  /** Its request line and headers, as they came. */
  readonly head: string;
  readonly body: Buffer;
}

/** Beyond this nobody sends us anything that is meant. */
const [longestHead, longestBody] = [16 * 1_024, 1_024 * 1_024];
const headEnd = '\r\n\r\n';
const lengthLine = /\r\ncontent-length:[ \t]*(\d+)[ \t]*(?:\r|$)/i;

/**
 * Cuts what comes over one connection into requests. Only what webhooks are made of is understood: HTTP/1.1 with a
 * Content-Length. It costs a fraction of what `node:http` does, and a receiver that takes the time of a core from what
 * it is to measure measures itself.
 */
export class RequestReader {
  #rest: Buffer | undefined;

  /**
   * @returns the requests that are complete with this
   * @throws Error for what is not understood; the connection is of no use any more then
   */
  read(chunk: Buffer): WebhookRequest[] {
    let bytes = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    const requests: WebhookRequest[] = [];
    while (bytes.length > 0) {
      const end = bytes.indexOf(headEnd);
      if (end === -1) {
        if (bytes.length > longestHead) throw new Error('the head has no end');
        break;
      }
      const head = bytes.toString('latin1', 0, end);
      const bodyAt = end + headEnd.length;
      const next = bodyAt + bodyLength(head);
      if (bytes.length < next) break;
      requests.push({ head, body: bytes.subarray(bodyAt, next) });
      bytes = bytes.subarray(next);
    }
    this.#rest = bytes.length > 0 ? bytes : undefined;
    return requests;
  }
}

function bodyLength(head: string): number {
  const told = lengthLine.exec(head)?.[1];
  if (told === undefined) throw new Error('there is no Content-Length');
  const length = Number(told);
  if (length > longestBody) throw new Error(`a body of ${told} bytes`);
  return length;
}

/** Finds a header in a head. @param name any case */
export const headerFinder = (name: string): ((head: string) => string | undefined) => {
  const line = new RegExp(`\\r\\n${name}:[ \\t]*([^\\r]*?)[ \\t]*(?:\\r|$)`, 'i');
  return (head) => line.exec(head)?.[1];
};
