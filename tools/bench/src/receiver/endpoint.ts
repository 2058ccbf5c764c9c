import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { RequestReader, type WebhookRequest } from './request-reader.js';

/** `answers` 200 at once; `hangs`: takes requests and never answers; `refuses`: nobody listens on its port. */
export type Behaviour = 'answers' | 'hangs' | 'refuses';

/** Called with a complete request. */
export type Take = (request: WebhookRequest) => Status;

export type Status = keyof typeof answers;

const answer = (line: string): Buffer => Buffer.from(`HTTP/1.1 ${line}\r\ncontent-length: 0\r\n\r\n`);

const answers = { 200: answer('200 OK'), 401: answer('401 Unauthorized') };
/** For what is no request; the connection is closed behind it. */
const refusal = Buffer.from('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');

/**
 * A webhook endpoint on a port of its own: to the platform each is another origin, as in real life. It never closes an
 * idle connection: who reuses one must not meet an end that has nothing to do with what is measured.
 */
export class Endpoint {
  #server: Server | undefined;
  #behaviour: Behaviour = 'refuses';
  readonly #sockets = new Set<Socket>();

  /** @param onNonsense Called with what cannot be read, in words. */
  constructor(
    readonly port: number,
    private readonly take: Take,
    private readonly onNonsense: (why: string) => void,
  ) {}

  async behave(behaviour: Behaviour): Promise<void> {
    this.#behaviour = behaviour;
    if (behaviour === 'refuses') await this.#close();
    else await this.#listen();
  }

  async #listen(): Promise<void> {
    if (this.#server) return;
    this.#server = createServer({ noDelay: true }, (socket) => this.#serve(socket));
    this.#server.listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async #close(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    server.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(server, 'close');
  }

  #serve(socket: Socket): void {
    const reader = new RequestReader();
    this.#sockets.add(socket);
    socket.on('data', (chunk: Buffer) => {
      try {
        for (const request of reader.read(chunk)) this.#handle(request, socket);
      } catch (error) {
        this.onNonsense((error as Error).message);
        socket.end(refusal);
      }
    });
    // A sender that was killed, or gave up.
    socket.on('error', () => {});
    socket.on('close', () => this.#sockets.delete(socket));
  }

  #handle(request: WebhookRequest, socket: Socket): void {
    if (this.#behaviour !== 'answers') return;
    socket.write(answers[this.take(request)]);
  }
}
