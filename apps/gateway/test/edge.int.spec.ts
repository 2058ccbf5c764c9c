import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningService } from '@qflow/service';
import { rawRequest, type RawAnswer } from './support/raw-http.js';
import { startGateway, TestGateway, type TestUser } from './support/test-gateway.js';

let gateway: TestGateway;
let user: TestUser;
let eventId: string;

beforeAll(async () => {
  gateway = await TestGateway.start();
  user = await gateway.user();
  eventId = await gateway.event(user);
});
afterAll(() => gateway.stop());

const raw = (request: string | Buffer): Promise<RawAnswer> => rawRequest(gateway.service.url, request);

/** Header lines of a request that is otherwise in order. */
const head = (line: string, ...lines: string[]): string =>
  [line, 'Host: x', `Authorization: Bearer ${user.token}`, ...lines, '', ''].join('\r\n');

/** The one form of every error. */
function expectProblem(answer: RawAnswer, status: number, code: string): void {
  expect([answer.status, answer.body.code]).toEqual([status, code]);
  expect(answer.headers['content-type']).toBe('application/problem+json');
  expect(answer.body).toMatchObject({
    type: `urn:qflow:problem:${code}`,
    title: expect.any(String),
    status,
    detail: expect.stringMatching(/^[A-Z0-9/].{10}/),
    instance: answer.headers['x-request-id'],
  });
}

describe('what cannot be read as a request', () => {
  it.each([
    ['no HTTP at all', 'hello\r\n\r\n', 400, 'validation_error'],
    ['a method that does not exist', 'BREW /api/guest HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'validation_error'],
    ['a header without a colon', 'GET /api/guest HTTP/1.1\r\nHost\r\n\r\n', 400, 'validation_error'],
    ['a header with a NUL', 'GET / HTTP/1.1\r\nHost: x\r\nX-A: \0\r\n\r\n', 400, 'validation_error'],
    ['another protocol', 'GET / HTTP/3.0\r\nHost: x\r\n\r\n', 400, 'validation_error'],
    ['a space in the address', 'GET /a b HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'validation_error'],
    [
      'two lengths',
      'POST /api/guest HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}',
      400,
      'validation_error',
    ],
    [
      'a length and chunks',
      'POST /api/guest HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}',
      400,
      'validation_error',
    ],
    [
      'too many headers',
      `GET / HTTP/1.1\r\nHost: x\r\nX-A: ${'a'.repeat(20_000)}\r\n\r\n`,
      431,
      'headers_too_large',
    ],
    [
      'an endless address',
      `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
      431,
      'headers_too_large',
    ],
  ])('%s', async (_what, request, status, code) => {
    const answer = await raw(request);
    expectProblem(answer, status, code);
    expect(answer.headers.connection).toBe('close');
  });

  it('a chunk that is none, in the middle of a body', async () => {
    const answer = await raw(
      `${head('POST /api/guest HTTP/1.1', 'Content-Type: application/json', 'Transfer-Encoding: chunked')}zz\r\n{}\r\n`,
    );
    expectProblem(answer, 400, 'validation_error');
  });
});

describe('requests that do not wait for answers', () => {
  it('are answered in their order, also where the last of them is broken', async () => {
    const { hostname, port } = new URL(gateway.service.url);
    const socket = connect(Number(port), hostname);
    const requests = [head('GET /api/events HTTP/1.1'), head('GET /nothing HTTP/1.1'), 'hello\r\n\r\n'];
    socket.write(requests.join(''));
    const answers = (await text(socket)).match(/(?<=^|[}\]])HTTP\/1.1 \d+/g);
    expect(answers).toEqual(['HTTP/1.1 200', 'HTTP/1.1 404', 'HTTP/1.1 400']);
  });
});

describe('what HTTP allows and clients rarely do', () => {
  const path = (): string => `/api/comms/templates?eventId=${eventId}`;

  it('HTTP/1.0, without a Host', async () => {
    const answer = await raw(`GET ${path()} HTTP/1.0\r\nAuthorization: Bearer ${user.token}\r\n\r\n`);
    expect(answer.status).toBe(200);
  });

  it('HTTP/1.1 needs a Host', async () => {
    const answer = await raw(`GET ${path()} HTTP/1.1\r\nAuthorization: Bearer ${user.token}\r\n\r\n`);
    expectProblem(answer, 400, 'validation_error');
    expect(answer.body.errors).toEqual([{ path: '/Host', message: 'is required' }]);
  });

  it('and not two of them, of which a proxy may have believed the other', async () => {
    const answer = await raw(head(`GET ${path()} HTTP/1.1`, 'Host: y'));
    expectProblem(answer, 400, 'validation_error');
    expect(answer.body.errors).toEqual([{ path: '/Host', message: 'must be given once' }]);
  });

  it('an address in absolute form', async () => {
    const answer = await raw(head(`GET http://elsewhere.example${path()} HTTP/1.1`));
    expect(answer.status).toBe(200);
    expectProblem(await raw(head('GET http://elsewhere.example HTTP/1.1')), 404, 'not_found');
  });

  it('an expectation nobody has heard of', async () => {
    expect((await raw(head(`GET ${path()} HTTP/1.1`, 'Expect: a-miracle'))).status).toBe(200);
  });

  it('a GET with a body, which is not looked at', async () => {
    const lines = ['Content-Type: application/json', 'Content-Length: 5'];
    expect((await raw(`${head(`GET ${path()} HTTP/1.1`, ...lines)}{"a":`)).status).toBe(200);
  });

  it('a body in chunks', async () => {
    const body = JSON.stringify({ eventId });
    const chunks = `5\r\n${body.slice(0, 5)}\r\n${(body.length - 5).toString(16)}\r\n${body.slice(5)}\r\n0\r\n\r\n`;
    const lines = ['Content-Type: application/json', 'Transfer-Encoding: chunked'];
    expect((await raw(`${head('POST /api/guest HTTP/1.1', ...lines)}${chunks}`)).status).toBe(200);
  });
});

describe('addresses', () => {
  it.each([
    ['GET', '/nothing', 404, 'not_found'],
    ['GET', '/api/guest/', 404, 'not_found'],
    ['GET', '//api/guest', 404, 'not_found'],
    ['GET', '/api//guest', 404, 'not_found'],
    ['GET', '/API/guest', 404, 'not_found'],
    ['GET', '/api/../api/guest', 404, 'not_found'],
    ['GET', '/docs/nothing.js', 404, 'not_found'],
    ['GET', '/docs/..%2f..%2fpackage.json', 404, 'not_found'],
    ['GET', '*', 404, 'not_found'],
    ['POST', '/nothing', 404, 'not_found'],
    ['GET', '/%', 400, 'validation_error'],
    ['GET', '/api/guest/%ff', 400, 'validation_error'],
    ['GET', `/api/guest/${'a'.repeat(101)}`, 400, 'validation_error'],
    ['DELETE', '/api/guest', 405, 'method_not_allowed'],
    ['TRACE', '/api/guest', 405, 'method_not_allowed'],
    ['PROPFIND', '/api/guest', 405, 'method_not_allowed'],
    ['LOCK', '/nothing', 404, 'not_found'],
    ['HEAD', '/nothing', 404, undefined],
  ])('%s %s: %i', async (method, path, status, code) => {
    const answer = await raw(head(`${method} ${path} HTTP/1.1`, 'Connection: close'));
    if (code === undefined) expect(answer.status).toBe(status);
    else expectProblem(answer, status, code);
    if (status === 405) expect(answer.headers.allow).toMatch(/\bOPTIONS, POST\b/);
  });

  it('are unknown before their bodies are malformed', async () => {
    const lines = ['Content-Type: application/json', 'Content-Length: 5'];
    const answer = await raw(`${head('POST /nothing HTTP/1.1', ...lines)}{"a":`);
    expectProblem(answer, 404, 'not_found');
  });

  it.each([
    ['upper case', (id: string) => id.toUpperCase(), 404],
    ['braces', (id: string) => `%7B${id}%7D`, 400],
    ['a URN', (id: string) => `urn:uuid:${id}`, 400],
    ['no hyphens', (id: string) => id.replaceAll('-', ''), 400],
    ['white space', (id: string) => `${id}%20`, 400],
  ])('hold ids: %s', async (_what, written, status) => {
    const answer = await raw(head(`GET /api/guest/${written(randomUUID())} HTTP/1.1`));
    expect(answer.status).toBe(status);
    if (status === 400) expect(answer.body.errors).toMatchObject([{ path: '/id' }]);
  });
});

describe('queries', () => {
  const get = (query: string): Promise<RawAnswer> =>
    raw(head(`GET /api/comms/templates?eventId=${eventId}${query} HTTP/1.1`));

  it.each(['', '&unknown=1', '&unknown[]=1', '&%66oo=%62ar', '&a&&=b', '&__proto__=1', '&x=%F0%9F%8E%89'])(
    'with "%s" are fine',
    async (query) => {
      expect((await get(query)).status).toBe(200);
    },
  );

  it.each([
    ['&x=%ff', '/x'],
    ['&x=%zz', '/x'],
    ['&x=%', '/x'],
    ['&x=%c3%28', '/x'],
    ['&x=1&%e9=2', '/%e9'],
    [`&eventId=${randomUUID()}`, '/eventId'],
  ])('with "%s" are refused', async (query, path) => {
    const answer = await get(query);
    expectProblem(answer, 400, 'validation_error');
    expect(answer.body.errors).toMatchObject([{ path }]);
  });
});

describe('pages', () => {
  it.each([
    ['limit=1&limit=2', '/limit', 'must be given once'],
    ['limit=0', '/limit', 'must be 1 or more'],
    ['limit=1e1', '/limit', 'must be a whole number'],
    ['limit=99999999999999999999', '/limit', 'must be a whole number'],
    ['after=%00', '/after', 'must not contain NUL characters'],
    ['after=a&after=b', '/after', 'must be given once'],
  ])('of ?%s are refused', async (query, path, message) => {
    const answer = await raw(head(`GET /api/events?${query} HTTP/1.1`));
    expectProblem(answer, 400, 'validation_error');
    expect(answer.body.errors).toEqual([{ path, message }]);
  });

  it('ignore parameters in brackets, which mean nothing here', async () => {
    expect((await raw(head('GET /api/events?limit[]=0&filter[x]=1 HTTP/1.1'))).status).toBe(200);
  });
});

describe('OPTIONS', () => {
  it('tells what an address answers to', async () => {
    const answer = await gateway.call('OPTIONS', `/api/guest/${randomUUID()}?x=1`);
    expect(answer.status).toBe(204);
    expect(answer.text).toBe('');
    expect(answer.headers.get('allow')).toContain('GET, HEAD, OPTIONS');
    expect(answer.headers.get('x-request-id')).not.toBeNull();
  });

  it('of an unknown address is a 404', async () => {
    expectProblem(await raw(head('OPTIONS /nothing HTTP/1.1')), 404, 'not_found');
  });

  it('without CORS, a preflight gets no permission', async () => {
    const { headers } = await gateway.call('OPTIONS', '/api/guest', {
      headers: { Origin: 'https://app.example.com', 'Access-Control-Request-Method': 'POST' },
    });
    for (const name of headers.keys()) expect(name).not.toMatch(/^access-control-/);
  });
});

describe('CORS', () => {
  const app = 'https://app.example.com';
  let listed: RunningService;
  let open: RunningService;
  beforeAll(async () => {
    listed = await startGateway({ ...gateway.config, CORS_ORIGINS: [app, 'http://localhost:4200'] });
    open = await startGateway({ ...gateway.config, CORS_ORIGINS: '*' });
  });
  afterAll(() => Promise.all([listed.close(), open.close()]));

  const preflight = (service: RunningService, origin: string, path = '/api/guest') =>
    gateway.call('OPTIONS', path, {
      url: service.url,
      headers: {
        Origin: origin,
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'authorization,content-type,idempotency-key',
      },
    });
  const get = (service: RunningService, headers: Record<string, string>, path = '/api/comms/webhook') =>
    gateway.call('GET', path, { url: service.url, token: user.token, headers });

  it('answers the preflight of an allowed origin', async () => {
    const { status, headers } = await preflight(listed, app);
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe(app);
    expect(headers.get('access-control-allow-methods')).toBe('OPTIONS, POST');
    expect(headers.get('access-control-allow-headers')).toBe(
      'Authorization, Content-Type, Idempotency-Key, X-Request-Id, Ocp-Apim-Subscription-Key',
    );
    expect(headers.get('access-control-max-age')).toBe('7200');
    expect(headers.get('access-control-allow-credentials')).toBeNull();
    expect(headers.get('vary')).toBe('Origin');
  });

  it('tells a page that it may change and delete', async () => {
    const { headers } = await preflight(listed, app, `/api/comms/webhooks/${randomUUID()}`);
    expect(headers.get('access-control-allow-methods')).toBe('DELETE, GET, HEAD, OPTIONS, PATCH');
  });

  it('shows an allowed origin every answer, errors too, and the headers that matter', async () => {
    for (const path of ['/api/comms/webhook', '/nothing', '/openapi.json', '/api/guest/%ff']) {
      const { headers } = await get(listed, { Origin: app }, path);
      expect(headers.get('access-control-allow-origin')).toBe(app);
      expect(headers.get('vary')).toBe('Origin');
      expect(headers.get('access-control-expose-headers')).toMatch(/Location.*Idempotency-Replayed/);
    }
  });

  it.each(['https://evil.example.com', `${app}.evil.example`, 'http://app.example.com', 'null', `${app}/`])(
    'gives %s no permission',
    async (origin) => {
      const answers = [
        await preflight(listed, origin),
        await get(listed, { Origin: origin }),
        await get(listed, { Origin: origin }, '/api/guest/%ff'),
      ];
      for (const { headers } of answers) {
        expect(headers.get('access-control-allow-origin')).toBeNull();
        expect(headers.get('vary')).toBe('Origin');
      }
    },
  );

  it('varies by origin even for callers that have none: caches must not mix them', async () => {
    expect((await get(listed, {})).headers.get('vary')).toBe('Origin');
  });

  it('with * lets everybody in but those without an origin of their own', async () => {
    expect((await preflight(open, 'https://any.example')).headers.get('access-control-allow-origin')).toBe(
      '*',
    );
    expect((await preflight(open, 'null')).headers.get('access-control-allow-origin')).toBeNull();
  });

  it('has no preflight for what is not there, and a plain OPTIONS stays one', async () => {
    expect((await preflight(listed, app, '/nothing')).status).toBe(404);
    const plain = await gateway.call('OPTIONS', '/api/guest', { url: listed.url, headers: { Origin: app } });
    expect([plain.status, plain.headers.get('allow')]).toEqual([204, 'OPTIONS, POST']);
    expect(plain.headers.get('access-control-allow-origin')).toBe(app);
  });
});
