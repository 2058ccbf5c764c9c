import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** `answers` 200 at once; `hangs`: takes requests and never answers; `refuses`: nobody listens on its port. */
export type Behaviour = 'answers' | 'hangs' | 'refuses';

/** Called with a request's complete body. @returns the status to answer */
export type Take = (request: IncomingMessage, body: Buffer) => number;

/** Longer than any pause of a run: who reuses a connection must not meet one that we are closing just then. */
const keepAliveMs = 120_000;

/** A webhook endpoint on a port of its own: to the platform each is another origin, as in real life. */
export class Endpoint {
  #server: Server | undefined;
  #behaviour: Behaviour = 'refuses';

  constructor(
    readonly port: number,
    private readonly take: Take,
  ) {}

  async behave(behaviour: Behaviour): Promise<void> {
    this.#behaviour = behaviour;
    if (behaviour === 'refuses') await this.#close();
    else await this.#listen();
  }

  async #listen(): Promise<void> {
    if (this.#server) return;
    this.#server = createServer((request, response) => this.#handle(request, response));
    this.#server.keepAliveTimeout = keepAliveMs;
    this.#server.listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async #close(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (this.#behaviour !== 'answers') return;
      response.writeHead(this.take(request, Buffer.concat(chunks))).end();
    });
    // A sender that was killed, or gave up.
    request.on('error', () => {});
  }
}
