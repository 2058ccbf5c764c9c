import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { errorCatalogue } from '@qflow/contracts';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Readiness } from '@qflow/service';
import { AllowedMethods } from '../src/problem/allowed-methods.js';
import { TestGateway } from './support/test-gateway.js';

interface Operation {
  operationId: string;
  summary?: string;
  tags?: string[];
  security?: object[];
  parameters?: { name: string }[];
  requestBody?: { content: Record<string, { example?: object }> };
  responses: Record<string, { description: string; content?: Record<string, { examples?: object }> }>;
}

let gateway: TestGateway;
let document: {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  servers: { url: string }[];
};

beforeAll(async () => {
  gateway = await TestGateway.start();
  document = (await gateway.call('GET', '/openapi.json')).body as typeof document;
});
afterAll(() => gateway.stop());

const operations = (): [string, Operation][] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [
      `${method.toUpperCase()} ${path}`,
      operation,
    ]),
  );

/** Routes that are no part of the reference: the reference itself, what operators use, other names of the same. */
const undocumented = /^\/(docs|openapi\.json|health|metrics|comms\/v1|checkin\/v1)(\/|$)/;

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const result = await new Validator().validate(structuredClone(document));
    expect(result.errors ?? []).toEqual([]);
    expect(result.valid).toBe(true);
    expect(document.openapi).toBe('3.1.0');
  });

  it('describes every route, and no route that is not there', () => {
    const served = gateway
      .get(AllowedMethods)
      .declared()
      .filter(({ path, method }) => !undocumented.test(path) && method !== 'HEAD')
      .map(({ path, method }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
    expect(
      operations()
        .map(([name]) => name)
        .sort(),
    ).toEqual(served.sort());
  });

  it('serves the same handlers under the prefixes of the webhooks page', () => {
    const paths = new Set(
      gateway
        .get(AllowedMethods)
        .declared()
        .map(({ path }) => path),
    );
    for (const path of paths)
      if (/^\/api\/(comms|keys|notices?)(\/|$)/.test(path)) expect(paths).toContain(`/comms/v1${path}`);
      // Operators do not come through API management, nor does what was written for other systems.
      else if (path.startsWith('/api/v1/')) expect(paths).not.toContain(`/comms/v1${path}`);
      else if (path.startsWith('/api/admin/')) expect(paths).not.toContain(`/checkin/v1${path}`);
      else if (path.startsWith('/api/')) expect(paths).toContain(`/checkin/v1${path}`);
  });

  it('says of every operation what it is for, and of every answer what it means', () => {
    const ids = operations().map(([, { operationId }]) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [name, { summary, tags, responses }] of operations()) {
      // A plain text, unlike the description: marks would be shown as they are.
      expect([name, /^[^`]+$/.test(summary ?? ''), tags?.length]).toEqual([name, true, 1]);
      for (const [status, { description }] of Object.entries(responses))
        expect([name, status, description === '']).toEqual([name, status, false]);
    }
  });

  it('suggests neither a key nor an id of the caller: each request needs another one', () => {
    const keys = operations().flatMap(
      ([, { parameters = [] }]) => parameters.find(({ name }) => name === 'Idempotency-Key') ?? [],
    );
    expect(keys.length).toBeGreaterThan(10);
    expect(keys.filter((key) => 'example' in key)).toEqual([]);
    const example = (path: string): object | undefined =>
      document.paths[path]?.post?.requestBody?.content['application/json']?.example;
    expect(example('/api/guest')).toMatchObject({ firstName: 'Ada' });
    expect(example('/api/guest')).not.toHaveProperty('id');
    expect(example('/api/comms/template/delete')).toHaveProperty('id');
  });

  it('gives an example for every code of every error answer', () => {
    for (const [name, { responses }] of operations())
      for (const [status, { content }] of Object.entries(responses)) {
        const problem = content?.['application/problem+json'];
        if (!problem) continue;
        const codes = Object.keys(problem.examples ?? {}) as (keyof typeof errorCatalogue)[];
        expect([name, codes.length > 0]).toEqual([name, true]);
        for (const code of codes) expect(String(errorCatalogue[code].status)).toBe(status);
      }
  });

  it('demands a token of every route under /api, and the gateway does too', async () => {
    for (const [name, { security, responses }] of operations()) {
      const [method, path] = name.split(' ') as [string, string];
      if (!path.startsWith('/api/')) continue;
      const schemes = path.startsWith('/api/admin/') ? 1 : 2;
      expect([name, security?.length, '401' in responses]).toEqual([name, schemes, true]);
      for (const address of [path, `/comms/v1${path}`, `/checkin/v1${path}`]) {
        const { status } = await gateway.call(method, address.replace(/\{\w+\}/, '1'));
        expect([401, 404]).toContain(status);
        if (address === path) expect([name, status]).toEqual([name, 401]);
      }
    }
  });
});

describe('the reference', () => {
  it('is browsable without the internet', async () => {
    const page = await gateway.call('GET', '/docs');
    expect(page.status).toBe(200);
    const sources = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, source]) => source as string);
    expect(sources.length).toBeGreaterThan(2);
    for (const source of sources) {
      expect(source).not.toMatch(/^(https?:)?\/\//);
      expect((await gateway.call('GET', new URL(source, 'http://x/').pathname)).status).toBe(200);
    }
  });
});

describe('for operators', () => {
  it('health and metrics answer without a token', async () => {
    expect((await gateway.call('GET', '/health/live')).body).toEqual({ status: 'ok' });
    expect((await gateway.call('GET', '/health/ready')).status).toBe(200);
    expect((await gateway.call('GET', '/metrics')).text).toContain('qflow_http_request_seconds');
  });

  it('an unready replica says 503 and why, in the form of health checks', async () => {
    gateway.get(Readiness).require('spec', () => {
      throw new Error('it is not there');
    });
    const { status, body } = await gateway.call('GET', '/health/ready');
    expect(status).toBe(503);
    expect(body).toMatchObject({ status: 'error', error: { spec: { status: 'down' } } });
  });
});
