import { connect, type Socket } from 'node:net';
import { readHead, type AnswerHead, type HttpAnswer } from './http-answer.js';

/** A request that waits, or is under way. */
export interface PendingRequest {
  /** Request line and headers, up to the empty line. */
  readonly head: string;
  readonly body: string | Buffer;
  resolve(answer: HttpAnswer): void;
  reject(error: Error): void;
}

/** What becomes of a connection. */
export interface ConnectionOwner {
  /** It has nothing to do and may be given a request. */
  onIdle(connection: HttpConnection): void;
  /** It is gone; its request, if it had one, has been rejected. */
  onGone(connection: HttpConnection): void;
}

/** Most answers fit, and are read where the socket has put them. */
const readBufferBytes = 16 * 1024;
const nothing = Buffer.alloc(0);

/** One kept connection with one request at a time: each is one write, and mostly one read. */
export class HttpConnection {
  /** The client's tick at which its request was written, or it became idle. */
  since: number;
  private readonly socket: Socket;
  private current: PendingRequest | undefined;
  private head: AnswerHead | undefined;
  /** The answer so far, where it came in more than one piece. */
  private pieces: Buffer[] = [];
  private gathered = 0;
  private isGone = false;

  constructor(
    address: { host: string; port: number },
    private readonly owner: ConnectionOwner,
    tick: number,
  ) {
    this.since = tick;
    this.socket = connect({
      ...address,
      noDelay: true,
      onread: {
        buffer: Buffer.allocUnsafeSlow(readBufferBytes),
        callback: (count, buffer) => {
          this.read(buffer as Buffer, count);
          return true;
        },
      },
    });
    this.socket.on('error', (error) => this.fail(error));
    this.socket.on('end', () => this.fail(new Error('The server closed the connection.')));
    this.socket.on('close', () => this.fail(new Error('The connection was closed.')));
  }

  get isBusy(): boolean {
    return this.current !== undefined;
  }

  /** Writes a request; before the connection is open, Node keeps it. */
  send(request: PendingRequest, tick: number): void {
    this.current = request;
    this.since = tick;
    const { head, body } = request;
    if (typeof body === 'string') {
      const bytes = Buffer.byteLength(body);
      // What is ASCII goes out as it is in memory.
      const encoding = bytes === body.length ? 'latin1' : 'utf8';
      this.socket.write(`${head}content-length: ${bytes}\r\n\r\n${body}`, encoding);
    } else {
      this.socket.cork();
      this.socket.write(`${head}content-length: ${body.length}\r\n\r\n`, 'latin1');
      this.socket.write(body);
      this.socket.uncork();
    }
  }

  /** Ends it at once, and with it the request under way. */
  fail(error: Error): void {
    if (this.isGone) return;
    this.isGone = true;
    this.socket.destroy();
    this.current?.reject(error);
    this.current = undefined;
    this.pieces = [];
    this.owner.onGone(this);
  }

  /** Resolves when its socket is closed. */
  async closed(): Promise<void> {
    if (!this.socket.closed) await new Promise<void>((resolve) => this.socket.once('close', resolve));
  }

  private read(buffer: Buffer, count: number): void {
    if (this.isGone) return;
    try {
      this.gathered += count;
      // The socket reads into the same buffer again: what is not complete has to be copied.
      if (this.head) this.pieces.push(Buffer.from(buffer.subarray(0, count)));
      else this.begin(buffer.subarray(0, count));
      if (this.head && this.gathered >= this.head.length) this.end(this.head);
    } catch (error) {
      this.fail(error as Error);
    }
  }

  /** Reads the head, or keeps the bytes until there is more of it. */
  private begin(bytes: Buffer): void {
    if (!this.current) throw new Error('The server sent what nobody asked for.');
    const soFar = this.pieces.length === 0 ? bytes : Buffer.concat([...this.pieces, bytes]);
    this.head = readHead(soFar);
    const isWhole = this.head !== undefined && soFar.length >= this.head.length;
    this.pieces = [isWhole || soFar !== bytes ? soFar : Buffer.from(soFar)];
  }

  private end({ status, bodyAt, length, keepsAlive }: AnswerHead): void {
    if (this.gathered > length) throw new Error('The server sent more than its answer.');
    const { pieces } = this;
    const bytes = pieces.length === 1 ? (pieces[0] ?? nothing) : Buffer.concat(pieces, length);
    const text = bytes.toString('utf8', bodyAt, length);
    const request = this.current;
    this.current = this.head = undefined;
    this.pieces = [];
    this.gathered = 0;
    request?.resolve({ status, text });
    if (keepsAlive) this.owner.onIdle(this);
    else this.fail(new Error('The server closes the connection.'));
  }
}
