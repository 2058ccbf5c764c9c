import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { inTransaction } from '@qflow/persistence';
import { routesOf, type OpenApi, type Route } from '@qflow/testing';
import { DataSource } from 'typeorm';
import { Change } from '../src/admin/change.js';
import { createOperatorKey } from '../src/api-keys/create-key.js';
import { TestGateway, type Answer, type CallOptions, type TestUser } from './support/test-gateway.js';

/**
 * The error statuses that can be provoked of any route in the same way, served and held against the document (which
 * `call` of the test gateway does). Routes come from the document, so a new one is in here by itself. Left to the
 * features' own specs: 422 and 503, operators' 409 and 500, a 404 about an id in a body, and 403 where a guest list
 * or an event is only read.
 */
let gateway: TestGateway;
let document: OpenApi;
let user: TestUser;
let operatorKey: string;
/** Opens nothing but what is only looked at. */
let readKey: string;
let guestKey: string;

beforeAll(async () => {
  gateway = await TestGateway.start({ BODY_LIMIT_KB: '16' });
  document = (await gateway.call('GET', '/openapi.json')).body as unknown as OpenApi;
  user = await gateway.user();
  [readKey, guestKey] = [await apiKey('read'), await apiKey('guests')];
  const { key } = await inTransaction(gateway.get(DataSource), (sql) =>
    createOperatorKey(new Change(sql, 'spec'), 'spec', null),
  );
  operatorKey = key;
});
afterAll(() => gateway.stop());

async function apiKey(scope: string): Promise<string> {
  const { body } = await gateway.call('POST', '/api/keys', {
    token: user.token,
    body: { name: scope, scopes: [scope] },
  });
  return String(body.key);
}

const isAdmin = ({ path }: Route): boolean => path.startsWith('/api/admin/');
const apiRoutes = (status: number): Route[] =>
  routesOf(document).filter(({ path, operation }) => path.startsWith('/api/') && operation.responses[status]);

/** As the route is documented, about things that do not exist. */
function call(route: Route, options: CallOptions & { query?: string } = {}): Promise<Answer> {
  const { query = defaultQuery(route), ...rest } = options;
  const path = route.path.replace('{version}', '1').replace(/\{\w+\}/g, () => randomUUID());
  const body = 'raw' in rest || 'body' in rest ? {} : bodyOf(route);
  return gateway.call(route.method, `${path}${query}`, {
    token: isAdmin(route) ? operatorKey : user.token,
    ...body,
    ...rest,
  });
}

const defaultQuery = ({ operation }: Route): string =>
  operation.parameters?.some(({ name, in: where }) => name === 'eventId' && where === 'query')
    ? `?eventId=${randomUUID()}`
    : '';

function bodyOf({ operation }: Route): CallOptions {
  const media = operation.requestBody?.content['application/json'] as { example?: unknown } | undefined;
  return media ? { body: media.example } : {};
}

const takesKey = ({ operation }: Route): boolean =>
  operation.parameters?.some(({ name }) => name === 'Idempotency-Key') ?? false;

const hasBody = ({ operation }: Route): boolean => operation.requestBody !== undefined;

/** The status each of these routes answers, where it is not the one expected. */
async function unlike(
  status: number,
  routes: Route[],
  provoke: (route: Route) => Promise<Answer>,
): Promise<string[]> {
  expect(routes.length).toBeGreaterThan(0);
  const wrong: string[] = [];
  for (const route of routes) {
    const answer = await provoke(route);
    if (answer.status !== status)
      wrong.push(`${route.method} ${route.path}: ${answer.status} ${answer.text}`);
  }
  return wrong;
}

describe('routes refuse as documented', () => {
  it('400: a query that is not well-formed', async () => {
    expect(await unlike(400, apiRoutes(400), (route) => call(route, { query: '?%zz=1' }))).toEqual([]);
  });

  it('400: a body that is not JSON', async () => {
    const raw = { raw: '{"', headers: { 'Content-Type': 'application/json' } };
    expect(await unlike(400, apiRoutes(400).filter(hasBody), (route) => call(route, raw))).toEqual([]);
  });

  it('401: no credentials', async () => {
    expect(await unlike(401, apiRoutes(401), (route) => call(route, { token: '' }))).toEqual([]);
  });

  it('403: credentials that are not for it', async () => {
    const wrongKey = (route: Route): string => {
      if (isAdmin(route)) return user.token;
      return route.method === 'GET' ? guestKey : readKey;
    };
    // The key at hand is one for guests, which may read these.
    const routes = apiRoutes(403).filter(
      ({ path, method }) => method !== 'GET' || !/\/(guests?|events?)(\/|$)/.test(path),
    );
    expect(await unlike(403, routes, (route) => call(route, { token: wrongKey(route) }))).toEqual([]);
  });

  it('404: an id of nothing', async () => {
    const routes = apiRoutes(404).filter(({ path }) => path.includes('{'));
    expect(await unlike(404, routes, (route) => call(route))).toEqual([]);
  });

  it('409: the Idempotency-Key of another request', async () => {
    const headers = { 'Idempotency-Key': randomUUID() };
    await gateway.call('POST', '/api/event', { token: user.token, headers, body: { title: 'First' } });
    const routes = apiRoutes(409).filter((route) => !isAdmin(route) && takesKey(route));
    expect(await unlike(409, routes, (route) => call(route, { headers }))).toEqual([]);
  });

  it('413: a body beyond the limit', async () => {
    const body = { filler: 'x'.repeat(20_000) };
    expect(await unlike(413, apiRoutes(413), (route) => call(route, { body }))).toEqual([]);
  });

  it('415: a body of another kind', async () => {
    const xml = { raw: '<x/>', headers: { 'Content-Type': 'application/xml' } };
    expect(await unlike(415, apiRoutes(415), (route) => call(route, xml))).toEqual([]);
  });

  it('429: a spent budget', async () => {
    const { accountId, token } = await gateway.user();
    const limits = JSON.stringify({ guest: 1, send: 1, other: 1 });
    await gateway.sql('UPDATE accounts SET rate_limits = $2 WHERE id = $1', [accountId, limits]);
    for (const path of ['/api/guest', '/api/comms/send', '/api/comms/webhook/rotate'])
      await gateway.call('POST', path, { token });
    expect(await unlike(429, apiRoutes(429), (route) => call(route, { token }))).toEqual([]);
  });

  it('500: something nobody expected', async () => {
    // One that has no calls in advance.
    const { token } = await gateway.user();
    await gateway.sql('ALTER TABLE rate_counters RENAME TO rate_counters_hidden');
    try {
      const routes = apiRoutes(500).filter((route) => !isAdmin(route));
      expect(await unlike(500, routes, (route) => call(route, { token }))).toEqual([]);
    } finally {
      await gateway.sql('ALTER TABLE rate_counters_hidden RENAME TO rate_counters');
    }
  });
});
