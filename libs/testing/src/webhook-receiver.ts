import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** A request as it arrived, byte for byte. */
export interface ReceivedRequest {
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** The body parsed. */
  json: { id: string; type: string; data: Record<string, unknown> };
  at: number;
}

export interface WebhookReceiver {
  url: string;
  readonly requests: ReceivedRequest[];
  /** Decides how to answer; 200 until told otherwise. Not answering is an answer too. */
  answer(how: (request: ReceivedRequest, response: ServerResponse) => void): void;
  /** Resolves with the first request, past or future, that fits; the test's own time limit bounds the wait. */
  next(fits?: (request: ReceivedRequest) => boolean): Promise<ReceivedRequest>;
  /** Resolves once `condition` holds for all requests so far; checked at every request. */
  until(condition: (requests: readonly ReceivedRequest[]) => boolean): Promise<void>;
  close(): Promise<void>;
}

/** A real HTTP endpoint on loopback that keeps what it receives. */
export async function webhookReceiver(port = 0): Promise<WebhookReceiver> {
  const requests: ReceivedRequest[] = [];
  const watchers = new Set<() => void>();
  let respond = (_request: ReceivedRequest, response: ServerResponse): void =>
    void response.writeHead(200).end();
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const body = Buffer.concat(chunks);
      const request = {
        path: incoming.url ?? '',
        headers: incoming.headers,
        body,
        json: parse(body),
        at: Date.now(),
      };
      requests.push(request);
      respond(request, response);
      watchers.forEach((watch) => watch());
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const until = (condition: (all: readonly ReceivedRequest[]) => boolean): Promise<void> =>
    new Promise((resolve) => {
      const watch = (): void => {
        if (!condition(requests)) return;
        watchers.delete(watch);
        resolve();
      };
      watchers.add(watch);
      watch();
    });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    requests,
    answer: (how) => void (respond = how),
    until,
    async next(fits = () => true) {
      await until((all) => all.some(fits));
      return requests.find(fits) as ReceivedRequest;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function parse(body: Buffer): ReceivedRequest['json'] {
  try {
    return JSON.parse(body.toString('utf8')) as ReceivedRequest['json'];
  } catch {
    return { id: '', type: '', data: {} };
  }
}
