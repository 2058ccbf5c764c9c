import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import {
  createServer as createTcpServer,
  type AddressInfo,
  type Server as TcpServer,
  type Socket,
} from 'node:net';
import { text } from 'node:stream/consumers';
import { HttpClient, type HttpClientOptions } from './http-client.js';

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function originOf(server: Server | TcpServer): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  undo.push(async () => {
    server.close();
    if ('closeAllConnections' in server) server.closeAllConnections();
    await once(server, 'close');
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function clientOf(origin: string, options: Partial<HttpClientOptions> = {}): HttpClient {
  const client = new HttpClient(origin, { connections: 4, headers: {}, ...options });
  undo.push(() => client.close());
  return client;
}

/** A server over HTTP, and the connections it was asked on. */
async function httpServer(answer: RequestListener, prepare?: (server: Server) => void) {
  const server = createServer(answer);
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  prepare?.(server);
  return { origin: await originOf(server), sockets, server };
}

/** A server that says to each request, byte for byte, what it is told to. */
async function rawServer(respond: (socket: Socket, request: number) => void): Promise<string> {
  let requests = 0;
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('data', () => respond(socket, requests++));
  });
  const origin = await originOf(server);
  undo.push(async () => sockets.forEach((socket) => socket.destroy()));
  return origin;
}

/** Writes the parts so that they arrive one by one. */
async function inPieces(socket: Socket, pieces: readonly (string | Buffer)[]): Promise<void> {
  for (const piece of pieces) {
    await new Promise<void>((resolve) => socket.write(piece, () => resolve()));
    await new Promise(setImmediate);
  }
}

const broken = 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf';
const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

describe('what is sent', () => {
  async function echo(path: string, body: string | Buffer, headers: Record<string, string> = {}) {
    const asked: IncomingMessage[] = [];
    const { origin } = await httpServer((request, response) => {
      asked.push(request);
      void text(request).then((received) => response.end(received));
    });
    const client = clientOf(origin, { headers });
    return { answer: await client.post(path, body), request: asked[0] as IncomingMessage, origin };
  }

  it('is a POST with the headers of the client', async () => {
    const { request, origin } = await echo('/api/guest?a=b', '{}', {
      authorization: 'Bearer t',
      'content-type': 'application/json',
    });
    expect([request.method, request.url]).toEqual(['POST', '/api/guest?a=b']);
    expect(request.headers).toEqual({
      host: new URL(origin).host,
      authorization: 'Bearer t',
      'content-type': 'application/json',
      'content-length': '2',
    });
  });

  it('has its own headers beside those of the client', async () => {
    const asked: IncomingMessage[] = [];
    const { origin } = await httpServer((request, response) => {
      asked.push(request);
      response.end();
    });
    const client = clientOf(origin, { headers: { authorization: 'Bearer t' } });
    await client.post('/', '', { 'X-Signature': 'abc' });
    await client.post('/', '');
    expect(asked.map(({ headers }) => [headers.authorization, headers['x-signature']])).toEqual([
      ['Bearer t', 'abc'],
      ['Bearer t', undefined],
    ]);
  });

  it.each([
    ['ASCII', '{"name":"Ada"}'],
    ['other letters', '{"name":"Zoë \u{1F600} Łukasz"}'],
    ['Latin letters only', 'é'.repeat(100)],
    ['nothing', ''],
    ['bytes', Buffer.from('{"name":"Zoë"}')],
    ['more than a socket takes at once', 'x'.repeat(8 << 20)],
  ])('has its body as it is: %s', async (_, body) => {
    const { answer } = await echo('/', body);
    expect(answer.status).toBe(200);
    expect(answer.text === String(body)).toBe(true);
  });
});

describe('what is answered', () => {
  it.each([201, 400, 409, 429, 500, 503])('is told, whatever the status: %d', async (status) => {
    const { origin } = await httpServer((_, response) => {
      response.statusCode = status;
      response.end(`status ${status}`);
    });
    expect(await clientOf(origin).post('/', '')).toEqual({ status, text: `status ${status}` });
  });

  it('may have no body', async () => {
    const { origin } = await httpServer((_, response) => response.writeHead(204).end());
    const client = clientOf(origin, { connections: 1 });
    expect(await client.post('/', '')).toEqual({ status: 204, text: '' });
    expect(await client.post('/', '')).toEqual({ status: 204, text: '' });
  });

  it('comes in whatever pieces', async () => {
    const answer = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 11\r\nx: y\r\n\r\nZoë & Ann!');
    const cuts = Array.from({ length: answer.length - 1 }, (_, index) => index + 1);
    const origin = await rawServer((socket, request) => {
      const cut = cuts[request] as number;
      void inPieces(socket, [answer.subarray(0, cut), answer.subarray(cut)]);
    });
    const client = clientOf(origin, { connections: 1 });
    for (const cut of cuts)
      expect([cut, await client.post('/', '')]).toEqual([cut, { status: 200, text: 'Zoë & Ann!' }]);
    const bytewise = await rawServer(
      (socket) =>
        void inPieces(
          socket,
          [...answer].map((b) => Buffer.of(b)),
        ),
    );
    expect(await clientOf(bytewise).post('/', '')).toEqual({ status: 200, text: 'Zoë & Ann!' });
  });

  it('may be long, and the next one on the same connection is read as well', async () => {
    const long = 'ä'.repeat(3 << 20);
    const { origin, sockets } = await httpServer((request, response) => {
      request.resume();
      const body = request.url === '/long' ? long : 'short';
      response.writeHead(200, { 'content-length': Buffer.byteLength(body) }).end(body);
    });
    const client = clientOf(origin, { connections: 1 });
    const answers = await Promise.all(['/long', '/short', '/long'].map((path) => client.post(path, '')));
    expect(answers.map(({ text: body }) => body.length)).toEqual([long.length, 5, long.length]);
    expect(answers[2]?.text === long).toBe(true);
    expect(sockets.size).toBe(1);
  });

  it.each([
    [
      'chunked',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
      /without a Content-Length/,
    ],
    ['not HTTP/1.1', 'SSH-2.0-OpenSSH_9.6\r\n\r\n', /Not the beginning/],
    ['without an end of its head', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(20_000)}`, /no end/],
    ['longer than it says', `${ok}!`, /more than its answer/],
    ['only an interim one', 'HTTP/1.1 100 Continue\r\n\r\n', /Not the beginning/],
  ])('is refused where it is %s', async (_, answer, message) => {
    const origin = await rawServer((socket, request) => socket.write(request === 0 ? answer : ok));
    const client = clientOf(origin);
    await expect(client.post('/', '')).rejects.toThrow(message);
    expect(await client.post('/', '')).toEqual({ status: 200, text: 'ok' });
  });
});

describe('connections', () => {
  it('are as many as allowed, and the rest is served in order', async () => {
    const order: string[] = [];
    let open = 0;
    let most = 0;
    const { origin, sockets } = await httpServer((request, response) => {
      most = Math.max(most, ++open);
      order.push(request.url as string);
      setImmediate(() => {
        open--;
        response.end(request.url);
      });
    });
    const client = clientOf(origin, { connections: 3 });
    const paths = Array.from({ length: 500 }, (_, index) => `/${index}`);
    const answers = await Promise.all(paths.map((path) => client.post(path, 'body')));
    expect(answers.map(({ text: path }) => path)).toEqual(paths);
    expect([...order].sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)))).toEqual(paths);
    expect(most).toBeLessThanOrEqual(3);
    expect(sockets.size).toBe(3);
  });

  it('are used again, and only as many as are needed are opened', async () => {
    const { origin, sockets } = await httpServer((_, response) => response.end('ok'));
    const client = clientOf(origin, { connections: 50 });
    for (let count = 0; count < 20; count++) await client.post('/', '');
    expect(sockets.size).toBe(1);
  });

  it('that break in the middle of an answer fail their request, and the others go on', async () => {
    const origin = await rawServer((socket, request) => {
      if (request !== 1) socket.write(ok);
      else socket.write(broken, () => socket.resetAndDestroy());
    });
    const client = clientOf(origin, { connections: 1 });
    const outcomes = await Promise.allSettled([1, 2, 3, 4].map(() => client.post('/', '')));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
  });

  it('that the server ends in the middle of an answer fail their request', async () => {
    const origin = await rawServer((socket) => socket.end(broken));
    await expect(clientOf(origin).post('/', '')).rejects.toThrow('The server closed the connection.');
  });

  it('that the server closes while nobody uses them are replaced', async () => {
    const { origin, sockets, server } = await httpServer((_, response) => response.end('ok'));
    const client = clientOf(origin);
    for (const round of [1, 2, 3]) {
      expect(await client.post('/', '')).toEqual({ status: 200, text: 'ok' });
      expect(sockets.size).toBe(round);
      const closed = [...sockets]
        .filter(({ destroyed }) => !destroyed)
        .map((socket) => once(socket, 'close'));
      server.closeIdleConnections();
      await Promise.all(closed);
      // The end has to arrive here too before the next request leaves.
      await new Promise(setImmediate);
    }
  });

  it('that the server wants to close after an answer are not used again', async () => {
    const { origin, sockets } = await httpServer((_, response) =>
      response.setHeader('connection', 'close').end('bye'),
    );
    const client = clientOf(origin, { connections: 1 });
    const answers = await Promise.all([1, 2, 3].map(() => client.post('/', '')));
    expect(answers.map(({ text: body }) => body)).toEqual(['bye', 'bye', 'bye']);
    expect(sockets.size).toBe(3);
  });

  it('that cannot be opened fail each request', async () => {
    const server = createTcpServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const client = clientOf(`http://127.0.0.1:${port}`, { connections: 1 });
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => client.post('/', '')));
    expect(outcomes.map((outcome) => outcome.status === 'rejected' && String(outcome.reason))).toEqual(
      Array.from({ length: 3 }, () => expect.stringContaining('ECONNREFUSED')),
    );
  });
});

describe('time and end', () => {
  it('gives up what takes too long, and serves the next', async () => {
    const origin = await rawServer((socket, request) => {
      if (request > 0) socket.write(ok);
    });
    const client = clientOf(origin, { connections: 1, timeoutMs: 50 });
    const [late, next] = await Promise.allSettled([client.post('/', ''), client.post('/', '')]);
    expect(late).toMatchObject({ status: 'rejected', reason: { message: 'No answer in time.' } });
    expect(next).toMatchObject({ status: 'fulfilled' });
  });

  it('gives up an answer that never ends', async () => {
    const origin = await rawServer((socket) => socket.write(broken));
    await expect(clientOf(origin, { timeoutMs: 50 }).post('/', '')).rejects.toThrow('No answer in time.');
  });

  it('rejects what waits and what is under way when it is closed, and everything after', async () => {
    let asked = (): void => {};
    const heard = new Promise<void>((resolve) => (asked = resolve));
    const origin = await rawServer(() => asked());
    const client = clientOf(origin, { connections: 1 });
    const calls = Promise.allSettled([client.post('/', ''), client.post('/', '')]);
    await heard;
    await client.close();
    expect((await calls).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(client.post('/', '')).rejects.toThrow('closed');
  });

  it('speaks http only', () => {
    expect(() => new HttpClient('https://example.com', { connections: 1, headers: {} })).toThrow('Only http');
  });
});
