import type { TestCertificate } from '@qflow/testing';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';

interface Secret {
  readonly metadata: { readonly name: string };
  readonly data: Record<string, string>;
}

const PATH = '/api/v1/namespaces/qflow/secrets';

/** The part of Kubernetes' API that Secrets are read and made with, over real HTTPS. */
export class FakeApiServer {
  readonly token = 'service-account-token';
  readonly secrets = new Map<string, Secret>();
  /** Names, in the order in which they were made. */
  readonly made: string[] = [];
  /** Of all requests that arrived. */
  readonly verbs: string[] = [];
  private readonly next: (number | 'cut')[] = [];
  private readonly lost = new Set<string>();
  private forbidden?: 'get' | 'create';

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => void this.serve(request, response));
  }

  static async start({ key, cert }: TestCertificate): Promise<FakeApiServer> {
    const server = createServer({ key, cert });
    server.listen(0, 'localhost');
    await once(server, 'listening');
    return new FakeApiServer(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** How the next requests end, in place of an answer: with a status, or cut off. */
  answerNext(...outcomes: (number | 'cut')[]): void {
    this.next.push(...outcomes);
  }

  forbid(verb: 'get' | 'create'): void {
    this.forbidden = verb;
  }

  /** These are made, and the connection breaks before the answer. */
  loseAnswersOf(...names: string[]): void {
    names.forEach((name) => this.lost.add(name));
  }

  async close(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request;
    this.verbs.push(method);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const planned = this.next.shift();
    if (planned === 'cut') return void response.destroy();
    if (planned !== undefined) return answer(response, planned, 'later');
    if (request.headers.authorization !== `Bearer ${this.token}`)
      return answer(response, 401, 'Unauthorized');
    const verb = method === 'POST' ? 'create' : 'get';
    if (this.forbidden === verb) return answer(response, 403, `secrets is forbidden: cannot ${verb}`);
    if (verb === 'create' && url === PATH) return this.create(Buffer.concat(chunks).toString(), response);
    const secret = this.secrets.get(url.slice(PATH.length + 1));
    return secret ? answer(response, 200, secret) : answer(response, 404, 'secrets not found');
  }

  private create(text: string, response: ServerResponse): void {
    const { stringData, ...sent } = JSON.parse(text) as Secret & { stringData: Record<string, string> };
    const { name } = sent.metadata;
    if (this.secrets.has(name)) return answer(response, 409, `secrets "${name}" already exists`);
    const data = Object.entries(stringData).map(([key, value]) => [
      key,
      Buffer.from(value).toString('base64'),
    ]);
    const secret = { ...sent, data: Object.fromEntries(data) as Record<string, string> };
    this.secrets.set(name, secret);
    this.made.push(name);
    if (this.lost.delete(name)) return void response.destroy();
    return answer(response, 201, secret);
  }
}

function answer(response: ServerResponse, status: number, body: object | string): void {
  const content = typeof body === 'string' ? { kind: 'Status', message: body, code: status } : body;
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content));
}
