import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { OpenApi } from '../openapi.js';
import { fuzz } from './fuzz.js';
import type { FuzzReport } from './report.js';

const problem = { 'application/problem+json': {} };
const document: OpenApi = {
  paths: {
    '/api/guest': {
      post: {
        operationId: 'createGuest',
        requestBody: {
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Guest' } } },
        },
        responses: {
          200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Guest' } } } },
          400: { content: problem },
        },
      },
    },
  },
  components: {
    schemas: {
      Guest: {
        type: 'object',
        properties: { id: { type: 'string', format: 'uuid' }, name: { type: 'string', maxLength: 20 } },
        required: ['id'],
      },
    },
  },
};

type Handle = (body: unknown) => { status: number; body: object; headers?: Record<string, string> };

/** Answers like a server that is right, but for what `handle` does with bodies that are JSON. */
const serverOf = (handle: Handle): Server =>
  createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const answer =
        request.method === 'POST' ? answerTo(Buffer.concat(chunks).toString(), handle) : refusal(405);
      const type = answer.status < 400 ? 'application/json' : 'application/problem+json';
      response.writeHead(answer.status, {
        'content-type': type,
        'x-request-id': '1',
        allow: 'POST',
        ...answer.headers,
      });
      response.end(JSON.stringify(answer.body));
    });
  });

const refusal = (status: number): ReturnType<Handle> => ({ status, body: { status, errors: [] } });

function answerTo(text: string, handle: Handle): ReturnType<Handle> {
  try {
    return handle(JSON.parse(text));
  } catch {
    return refusal(400);
  }
}

const isGuest = (body: unknown): body is { id: string; name?: string } => {
  const { id, name = '' } = (body ?? {}) as Record<string, unknown>;
  return (
    typeof id === 'string' && /^[0-9a-f-]{36}$/.test(id) && typeof name === 'string' && name.length <= 40
  );
};

let server: Server | undefined;
afterEach(() => void server?.close());

async function fuzzed(handle: Handle): Promise<FuzzReport> {
  server = serverOf(handle).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return fuzz({ base, document, tokens: {}, seed: 7, until: { requests: 400 } });
}

describe('the fuzzer', () => {
  it('has nothing against a server that keeps its promises, and has tried both ways', async () => {
    const { findings, statuses, requests } = await fuzzed((body) =>
      isGuest(body) ? { status: 200, body: { id: body.id } } : refusal(400),
    );
    expect(findings).toEqual([]);
    expect(requests).toBeGreaterThanOrEqual(400);
    expect(statuses.createGuest?.[200]).toBeGreaterThan(50);
    expect(statuses.createGuest?.[400]).toBeGreaterThan(50);
  });

  it.each<[string, Handle, string]>([
    ['crashes on null', (body) => (body === null ? { status: 500, body: {} } : refusal(400)), 'answers 500'],
    ['answers what is not documented', () => ({ status: 202, body: {} }), '→ 202 is not documented'],
    [
      'shows more than documented',
      (body) => (isGuest(body) ? { status: 200, body: { ...body, secret: 1 } } : refusal(400)),
      'must NOT have additional properties',
    ],
    [
      'tells of its inside',
      () => ({ ...refusal(400), body: { status: 400, errors: [], detail: 'SELECT * FROM guests' } }),
      'tells of its inside',
    ],
    ['refuses without saying where', () => ({ status: 400, body: { status: 400 } }), 'names no place'],
  ])('finds a server that %s, with a command to see it', async (_what, handle, expected) => {
    const { findings } = await fuzzed(handle);
    const finding = findings.find(({ what }) => what.includes(expected));
    expect(finding?.command).toMatch(/^curl -i -X POST 'http:\/\/127\.0\.0\.1:\d+\/api\/guest'/);
  });

  it('makes the same requests from the same seed', async () => {
    const bodies: unknown[][] = [];
    for (let run = 0; run < 2; run++) {
      const seen: unknown[] = [];
      bodies.push(seen);
      server?.close();
      await fuzzed((body) => {
        seen.push(body);
        return refusal(400);
      });
    }
    const sorted = bodies.map((seen) => seen.map((body) => JSON.stringify(body)).sort());
    expect(sorted[0]).toEqual(sorted[1]);
  });
});
