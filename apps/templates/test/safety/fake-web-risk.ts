import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers one look-up. */
export type Answer = (response: ServerResponse, uri: string) => void;

export const json =
  (status: number, body: unknown): Answer =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };

export const threat = (expireTime: string, ...threatTypes: string[]): Answer =>
  json(200, { threat: { threatTypes, expireTime } });

/** A server that answers like Google Web Risk: `{}`, unless it is told otherwise. */
export class FakeWebRisk {
  readonly asked: URL[] = [];
  answer: Answer = json(200, {});
  private readonly server = createServer((request, response) => this.serve(request, response));

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The URLs that were looked up. */
  get uris(): string[] {
    return this.asked.map(({ searchParams }) => searchParams.get('uri') ?? '');
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private serve(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '', 'http://webrisk.test');
    this.asked.push(url);
    this.answer(response, url.searchParams.get('uri') ?? '');
  }
}
