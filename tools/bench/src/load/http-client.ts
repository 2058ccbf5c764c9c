import type { HttpAnswer } from './http-answer.js';
import { HttpConnection, type PendingRequest } from './http-connection.js';

export interface HttpClientOptions {
  /** How many requests may be under way at once; what is beyond waits its turn. */
  readonly connections: number;
  /** Sent with each request, beside `host` and `content-length`. */
  readonly headers: Record<string, string>;
  /** For one request, from when it is written to the end of its answer; a minute unless told otherwise. */
  readonly timeoutMs?: number;
}

/** One timer looks after all requests. What takes too long is given up at most so much later. */
const longestTickMs = 1_000;
/** Node's servers close a connection that was idle for 5 s; what we close first cannot break a request of ours. */
const longestIdleMs = 3_000;

/**
 * POSTs to one origin, for generators that have to cost less than what they measure. A connection carries one request
 * at a time, and requests leave in the order of their calls. Whoever needs TLS, chunked answers, or anything else of
 * HTTP that our services do not use, needs another client.
 */
export class HttpClient {
  private readonly address: { host: string; port: number };
  private readonly fixedHead: string;
  private readonly all = new Set<HttpConnection>();
  /** The last one used is the first one used again, so that only as many stay open as are needed. */
  private readonly idle: HttpConnection[] = [];
  private waiting: PendingRequest[] = [];
  /** Where in `waiting` the next one is; those before it have left. */
  private next = 0;
  private tick = 0;
  private readonly ticks: { readonly ofRequest: number; readonly ofIdleness: number };
  private readonly timer: NodeJS.Timeout;
  private isClosed = false;

  /** @throws Error when the origin is not http */
  constructor(
    origin: string,
    private readonly options: HttpClientOptions,
  ) {
    const { protocol, hostname, port, host } = new URL(origin);
    if (protocol !== 'http:') throw new Error(`Only http is spoken here, not ${origin}`);
    this.address = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 80) };
    this.fixedHead = ` HTTP/1.1\r\n${linesOf({ host, ...options.headers })}`;
    const { timeoutMs = 60_000 } = options;
    const tickMs = Math.min(longestTickMs, Math.ceil(timeoutMs / 10));
    this.ticks = { ofRequest: Math.ceil(timeoutMs / tickMs), ofIdleness: Math.floor(longestIdleMs / tickMs) };
    this.timer = setInterval(() => this.sweep(), tickMs).unref();
  }

  /**
   * One request, whatever it is answered.
   * @param headers its own, beside those of the client
   * @throws Error (rejects) when the connection breaks, nothing comes in time, or the client is closed; whether the
   *   server has acted is not known then, and nothing is repeated here
   */
  post(path: string, body: string | Buffer, headers?: Readonly<Record<string, string>>): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      if (this.isClosed) return reject(new Error('The client is closed.'));
      const own = headers ? linesOf(headers) : '';
      const request = { head: `POST ${path}${this.fixedHead}${own}`, body, resolve, reject };
      const connection = this.idle.pop() ?? this.another();
      if (connection) connection.send(request, this.tick);
      else this.waiting.push(request);
    });
  }

  /** Rejects what is waiting or under way, and resolves when every connection is closed. */
  async close(): Promise<void> {
    this.isClosed = true;
    clearInterval(this.timer);
    const error = new Error('The client was closed.');
    for (let request = this.take(); request; request = this.take()) request.reject(error);
    const connections = [...this.all];
    for (const connection of connections) connection.fail(error);
    await Promise.all(connections.map((connection) => connection.closed()));
  }

  onIdle(connection: HttpConnection): void {
    const request = this.take();
    if (request) return connection.send(request, this.tick);
    connection.since = this.tick;
    this.idle.push(connection);
  }

  onGone(connection: HttpConnection): void {
    this.all.delete(connection);
    const at = this.idle.indexOf(connection);
    if (at !== -1) this.idle.splice(at, 1);
    const request = this.take();
    // There is room for another one now.
    if (request) this.another()?.send(request, this.tick);
  }

  private another(): HttpConnection | undefined {
    if (this.all.size >= this.options.connections) return undefined;
    const connection = new HttpConnection(this.address, this, this.tick);
    this.all.add(connection);
    return connection;
  }

  /** The request that has waited longest. */
  private take(): PendingRequest | undefined {
    const request = this.waiting[this.next];
    if (!request) return undefined;
    this.next++;
    if (this.next * 2 >= this.waiting.length) {
      this.waiting = this.waiting.slice(this.next);
      this.next = 0;
    }
    return request;
  }

  /** Gives up what took too long, and closes what is no longer needed. */
  private sweep(): void {
    this.tick++;
    for (const connection of [...this.all]) {
      const longest = connection.isBusy ? this.ticks.ofRequest : this.ticks.ofIdleness;
      if (this.tick - connection.since <= longest) continue;
      connection.fail(new Error(connection.isBusy ? 'No answer in time.' : 'It was idle.'));
    }
  }
}

const linesOf = (headers: Readonly<Record<string, string>>): string =>
  Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
