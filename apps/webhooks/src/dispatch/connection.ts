import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { Client, errors } from 'undici';
import type { Destinations } from '../destinations/destinations.js';
import { openSocket } from '../destinations/open-socket.js';
import { AnswerReader, type Answer } from './answer-reader.js';
import { TimeIsUp, type Exchange } from './exchange.js';
import type { SignedRequest } from './signed-request.js';

/** Without a hint of the receiver's, an idle connection is closed after this, ms: most receivers keep it for longer. */
const idleMs = 15_000;

/** Once the status is here, the outcome is known; the body gets this much more time, ms. */
const bodyMs = 2_000;

/** One connection to one endpoint, for one request at a time. */
export class Connection {
  readonly openedAt = performance.now();
  private readonly client: Client;
  private socket: Socket | null = null;
  private readonly path: string;
  /** The exchange that is under way, or was last. */
  private exchange: Exchange | null = null;

  constructor(
    private readonly url: Readonly<URL>,
    private readonly destinations: Destinations,
    private readonly secureContext: SecureContext,
    private readonly onClose: () => void,
  ) {
    this.path = url.pathname + url.search;
    this.client = new Client(url.origin, {
      connect: (_options, callback) => {
        this.open().then(
          (socket) => callback(null, socket),
          (error: Error) => callback(error, null),
        );
      },
      pipelining: 1,
      keepAliveTimeout: idleMs,
      // The receiver's own hint (Keep-Alive: timeout=5) may only shorten that.
      keepAliveMaxTimeout: idleMs,
      // The exchange has its own limit, over all of its phases.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    // A request that came just then waits in the client for a new socket. It is told what has happened to this one, as a
    // request under way has been, and not that we have closed it.
    this.client.once('disconnect', () => this.close(new errors.SocketError('other side closed')));
  }

  /** Whether it can carry another request. */
  get usable(): boolean {
    return this.socket?.destroyed === false && !this.client.destroyed;
  }

  /** Rejects with the error of the socket, the parser or the destination's check; closes the connection then. */
  async send({ headers, body }: SignedRequest, exchange: Exchange): Promise<Answer> {
    this.exchange = exchange;
    const reader = new AnswerReader(exchange, bodyMs);
    exchange.onTimeUp = this.onTimeUp;
    try {
      this.client.dispatch({ method: 'POST', path: this.path, headers, body }, reader);
      return await reader.answer;
    } catch (error) {
      if (exchange.phase === 'request' && !(error instanceof TimeIsUp)) exchange.phase = 'response';
      this.close();
      throw error;
    } finally {
      exchange.onTimeUp = null;
    }
  }

  close(reason?: Error): void {
    if (this.client.destroyed) return;
    void this.client.destroy(reason ?? null);
    this.onClose();
  }

  private readonly onTimeUp = (reason: TimeIsUp): void => {
    // Asked before the socket is closed, which forgets what it still had to send.
    const { exchange } = this;
    if (exchange?.phase === 'request' && !this.socket?.writableLength) exchange.phase = 'response';
    this.close(reason);
  };

  /** Called by the client when it has a request and no socket. */
  private async open(): Promise<Socket> {
    const exchange = this.exchange as Exchange;
    exchange.phase = 'dns';
    const addresses = await within(exchange.signal, this.destinations.addressesOf(this.url));
    exchange.phase = 'connect';
    this.socket = await openSocket({
      url: this.url,
      addresses,
      secureContext: this.secureContext,
      signal: exchange.signal,
      onHandshake: () => void (exchange.phase = 'tls'),
    });
    return this.socket;
  }
}

/** Rejects with the signal's reason where that comes first. */
function within<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', abort);
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
