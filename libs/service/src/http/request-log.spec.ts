import { afterEach, describe, expect, it } from '@jest/globals';
import { fastify, type FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { Metrics } from '../metrics/metrics.js';
import { logRequests } from './request-log.js';

let server: FastifyInstance;
let lines: { level: number; method: string; path: string; status: number }[];

function serve(level: 'debug' | 'info'): void {
  lines = [];
  const write = (line: string): void => void lines.push(JSON.parse(line) as (typeof lines)[number]);
  server = fastify();
  logRequests(server, pino({ level }, { write }), new Metrics());
  server.get('/usual', () => 'done');
  server.get('/told-elsewhere', { config: { requestLine: 'debug' } }, () => 'done');
  server.get('/told-elsewhere/:id', { config: { requestLine: 'debug' } }, (request, reply) =>
    reply.code(Number((request.params as { id: string }).id)).send(),
  );
  server.get('/one-of-many', (request, reply) => {
    request.isOneOfMany = true;
    return reply.code(503).send();
  });
}

afterEach(() => server.close());

const levelsOf = async (...paths: string[]): Promise<string[]> => {
  for (const url of paths) await server.inject({ url });
  return lines.map(({ level, path, status }) => `${pino.levels.labels[level]} ${path} ${status}`);
};

describe('the line of a request', () => {
  it('is info, and an error where the request failed because of us', async () => {
    serve('info');
    expect(await levelsOf('/usual', '/nowhere', '/told-elsewhere/500')).toEqual([
      ...['info /usual 200', 'info /nowhere 404', 'error /told-elsewhere/500 500'],
    ]);
  });

  it('is debug where a route says that its successes are told elsewhere, but not where it refused', async () => {
    serve('debug');
    expect(await levelsOf('/told-elsewhere', '/told-elsewhere/400')).toEqual([
      ...['debug /told-elsewhere 200', 'info /told-elsewhere/400 400'],
    ]);
  });

  it('is debug for one of thousands that are refused together', async () => {
    serve('debug');
    expect(await levelsOf('/one-of-many')).toEqual(['debug /one-of-many 503']);
  });

  it('is not there where nobody wants to see its level', async () => {
    serve('info');
    expect(await levelsOf('/told-elsewhere', '/one-of-many', '/health', '/metrics')).toEqual([]);
  });
});
