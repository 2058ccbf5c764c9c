import { once } from 'node:events';
import { Agent, request, type ClientRequest, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';

export interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  /** Parsed; null where it is empty or not JSON. */
  body: unknown;
}

/** A post whose body the test sends as and when it likes. */
export class OpenPost {
  /** Rejects when the connection ends without an answer. */
  readonly answer: Promise<Answer>;
  /** Resolves when the connection is gone, whoever closed it. */
  readonly closed: Promise<void>;
  private readonly request: ClientRequest;

  /** @param headers without a Content-Length the body goes in chunks */
  constructor(url: string, headers: Record<string, string>) {
    // Asks for a connection that stays, or the server would close it after any answer.
    const agent = new Agent({ keepAlive: true });
    this.request = request(`${url}/ingest/sendgrid`, { method: 'POST', headers, agent });
    // How a connection ends is told by `answer` and `closed`, whether a test waits for them or not.
    this.request.on('error', () => undefined);
    this.answer = this.readAnswer();
    this.answer.catch(() => undefined);
    this.closed = new Promise((resolve) =>
      this.request.once('socket', (socket) => socket.once('close', () => resolve())),
    );
    this.request.flushHeaders();
  }

  send(part: string | Uint8Array): void {
    this.request.write(part);
  }

  end(): Promise<Answer> {
    this.request.end();
    return this.answer;
  }

  breakOff(): void {
    this.request.destroy();
  }

  private async readAnswer(): Promise<Answer> {
    const [response] = (await once(this.request, 'response')) as [IncomingMessage];
    const body: unknown = await json(response).catch(() => null);
    return { status: response.statusCode ?? 0, headers: response.headers, body };
  }
}
