import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  createSubscription,
  deleteSubscription,
  rotateSubscription,
  updateSubscription,
  type TestResult,
} from '@qflow/contracts';
import { arrayOf } from './support/lists.js';
import { TestGateway, type Answer, type CallOptions, type TestUser } from './support/test-gateway.js';

const path = '/api/comms/webhooks';
const url = 'https://your-app.com/webhooks/orders';

let gateway: TestGateway;
let user: TestUser;

beforeAll(async () => {
  gateway = await TestGateway.start();
});
afterAll(() => gateway.stop());
beforeEach(async () => {
  user = await gateway.user();
});

const call = (method: string, rest = '', body?: unknown, options: CallOptions = {}): Promise<Answer> =>
  gateway.call(method, `${path}${rest}`, { token: user.token, body, ...options });

const created = async (body: object = {}): Promise<string> =>
  String((await call('POST', '', { url, ...body })).body.id);

const lastAsked = (rpc: { subject: string }): object | undefined =>
  gateway.fakes.webhooks.requestsOf(rpc).at(-1);

describe('POST /api/comms/webhooks', () => {
  it('creates a webhook, shows its secret this once and says where it is', async () => {
    const { status, body, headers } = await call('POST', '', { url });
    expect(status).toBe(201);
    expect(body).toMatchObject({ url, format: 'qflow', active: true, isDefault: false });
    expect(body.secret).toMatch(/^[0-9a-f]{64}$/);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('location')).toBe(`${path}/${String(body.id)}`);
    const { secret, ...view } = body;
    const found = await gateway.call('GET', String(headers.get('location')), { token: user.token });
    expect([found.status, found.body]).toEqual([200, view]);
    expect((await call('GET')).text).not.toContain(String(secret));
  });

  it('asks for what was not given by the defaults of the format', async () => {
    await call('POST', '', { url, events: null, headers: null, retry: null });
    expect(lastAsked(createSubscription)).toEqual({
      accountId: user.accountId,
      id: expect.any(String),
      url,
      events: null,
      format: 'qflow',
      secret: null,
      description: null,
      headers: {},
      retry: {},
      asymmetric: false,
    });
  });

  it('hands on everything that was given, and nothing that it does not know', async () => {
    const given = {
      url,
      events: ['comms.delivered', 'comms.*', 'endpoint.failing'],
      format: 'standard',
      secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      description: 'Order service',
      headers: { Authorization: 'Bearer abc', 'X-Api-Key': 'k-2f8a91' },
      asymmetric: true,
    };
    const retry = { delaysSeconds: [], timeoutSeconds: null, disableAfter: null, jitter: 'none' };
    const { status, body } = await call('POST', '', {
      ...given,
      retry,
      id: randomUUID(),
      accountId: randomUUID(),
    });
    expect(status).toBe(201);
    expect(lastAsked(createSubscription)).toEqual({
      ...given,
      accountId: user.accountId,
      id: body.id,
      // Of these, null is only for `disableAfter` a value of its own.
      retry: { delaysSeconds: [], disableAfter: null },
    });
    expect(body.headerNames).toEqual(['Authorization', 'X-Api-Key']);
    expect(JSON.stringify(body)).not.toContain('Bearer abc');
  });

  it('answers under the prefix of the webhooks page, and points there', async () => {
    const { token } = user;
    const { status, headers } = await gateway.call('POST', `/comms/v1${path}?x=1`, { token, body: { url } });
    expect(status).toBe(201);
    expect(headers.get('location')).toMatch(/^\/comms\/v1\/api\/comms\/webhooks\/[0-9a-f-]{36}$/);
    const found = await gateway.call('GET', String(headers.get('location')), { token });
    expect(found.status).toBe(200);
  });

  it('says so where the account has as many as it may have', async () => {
    for (let count = 0; count < 20; count++) await created();
    const { status, body } = await call('POST', '', { url });
    expect([status, body.code]).toEqual([409, 'webhook_limit']);
    expect((await call('GET')).body).toHaveLength(20);
  });
});

describe('a keyed repetition', () => {
  const keyed = (rest = '', body?: unknown, key = 'key-1'): Promise<Answer> =>
    call('POST', rest, body, { headers: { 'Idempotency-Key': key } });

  /** As a process leaves it that dies after its work and before its answer is stored. */
  const die = (): Promise<unknown> =>
    gateway.sql(
      `UPDATE idempotency_keys SET status = NULL, answer = NULL, claimed_until = now() - interval '1 second'`,
    );

  it('gets the 201 of the first, its secret and its address, byte for byte', async () => {
    const first = await keyed('', { url });
    const again = await keyed('', { url });
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.text).toBe(first.text);
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect((await call('GET')).body).toHaveLength(1);
  });

  it('finds the webhook made by a process that died before it could answer', async () => {
    const first = await keyed('', { url });
    await die();
    const again = await keyed('', { url });
    expect(again.headers.get('idempotency-replayed')).toBeNull();
    expect([again.status, again.body]).toEqual([201, first.body]);
    expect((await call('GET')).body).toHaveLength(1);
  });

  it('finds a delivery retried, and a replay started, likewise', async () => {
    const id = await created();
    const delivery = gateway.fakes.webhooks.delivery(id);
    for (const [rest, body] of [
      [`/${id}/deliveries/${delivery.id}/retry`, undefined],
      [`/${id}/replay`, { since: '2026-04-29T10:00:00Z' }],
    ] as const) {
      const first = await keyed(rest, body, rest.slice(-20));
      await die();
      const again = await keyed(rest, body, rest.slice(-20));
      expect([again.status, again.body.id]).toEqual([202, first.body.id]);
    }
    expect((await call('GET', `/${id}/deliveries`)).body).toHaveLength(2);
    expect((await call('GET', `/${id}/replays`)).body).toHaveLength(1);
  });

  it('leaves no secret readable in the database', async () => {
    const { body } = await keyed('', { url });
    const rows = await gateway.sql<{ answer: string | null }>('SELECT answer FROM idempotency_keys');
    expect(rows.filter(({ answer }) => answer?.includes(String(body.secret)))).toEqual([]);
  });
});

describe('PATCH /api/comms/webhooks/{id}', () => {
  it('changes what is given, leaves the rest, and tells what was missed', async () => {
    const id = await created({ description: 'Order service' });
    const changes = { url: 'https://your-app.com/other', events: ['comms.bounced'], active: false };
    const { status, body } = await call('PATCH', `/${id}`, changes);
    expect(status).toBe(200);
    expect(body).toMatchObject({ id, ...changes, description: 'Order service', missed: null });
    expect(lastAsked(updateSubscription)).toEqual({ accountId: user.accountId, id, ...changes });
    const again = await call('PATCH', `/${id}`, { active: true });
    expect(again.body).toMatchObject({ active: true, missed: { deliveries: 17 } });
  });

  it('changes nothing where nothing is given', async () => {
    const id = await created();
    for (const body of [undefined, {}, { url: null, events: null, retry: null, unknown: 1 }]) {
      expect((await call('PATCH', `/${id}`, body)).status).toBe(200);
      expect(lastAsked(updateSubscription)).toEqual({ accountId: user.accountId, id });
    }
  });

  it('replaces headers and rules, and takes a description away', async () => {
    const id = await created({ description: 'Order service', headers: { A: '1' } });
    const { body } = await call('PATCH', `/${id}`, {
      headers: { B: '2' },
      retry: { disableAfter: null, timeoutSeconds: 9 },
      description: null,
    });
    expect(body).toMatchObject({ headerNames: ['B'], description: null });
    expect(lastAsked(updateSubscription)).toMatchObject({
      headers: { B: '2' },
      retry: { disableAfter: null, timeoutSeconds: 9 },
      description: null,
    });
    const empty = await call('PATCH', `/${id}`, { headers: {}, retry: {} });
    expect(empty.body).toMatchObject({ headerNames: [] });
    expect(lastAsked(updateSubscription)).toMatchObject({ headers: {}, retry: {} });
  });
});

describe('DELETE', () => {
  it.each([
    ['by the path', (id: string) => `/${id}`],
    ['by the query', (id: string) => `?id=${id.toUpperCase()}`],
  ])('deletes a webhook named %s', async (_how, rest) => {
    const id = await created();
    const kept = await created();
    const answer = await call('DELETE', rest(id));
    expect([answer.status, answer.body]).toEqual([200, { deleted: true }]);
    expect(lastAsked(deleteSubscription)).toEqual({ accountId: user.accountId, id });
    expect((await call('DELETE', rest(id))).status).toBe(404);
    expect(arrayOf<{ id: string }>(await call('GET')).map((one) => one.id)).toEqual([kept]);
  });

  it.each(['', '?id=', '?id=1', `?id=${randomUUID()}&id=${randomUUID()}`])(
    'never deletes on "%s"',
    async (rest) => {
      await created();
      const { status, body } = await call('DELETE', rest);
      expect([status, body.code]).toEqual([400, 'validation_error']);
      expect(body.errors).toMatchObject([{ path: '/id' }]);
      expect((await call('GET')).body).toHaveLength(1);
    },
  );
});

describe('POST /api/comms/webhooks/{id}/rotate', () => {
  it.each([
    ['no body', undefined, 0],
    ['no overlap', {}, 0],
    ['an overlap', { overlapSeconds: 600 }, 600],
  ])('shows a new secret with %s', async (_what, body, overlapSeconds) => {
    const id = await created();
    const answer = await call('POST', `/${id}/rotate`, body);
    expect([answer.status, answer.body.secret]).toEqual([200, 'b'.repeat(64)]);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(lastAsked(rotateSubscription)).toEqual({
      accountId: user.accountId,
      id,
      overlapSeconds,
      rotationId: expect.any(String),
    });
  });
});

describe('POST /api/comms/webhooks/{id}/test', () => {
  it.each<[string, Partial<TestResult>]>([
    ['a delivered event', {}],
    [
      'a refusal',
      {
        delivered: false,
        statusCode: 401,
        error: 'The endpoint answered 401.',
        phase: 'status',
        code: 'http_401',
        hint: 'Compare the secret.',
      },
    ],
    [
      'an endpoint that cannot be reached',
      {
        delivered: false,
        statusCode: null,
        error: 'Nobody listens there.',
        phase: 'connect',
        code: 'ECONNREFUSED',
        hint: 'Start it.',
        response: null,
      },
    ],
  ])('shows %s as it was', async (_what, values) => {
    const id = await created();
    const result = { ...gateway.fakes.webhooks.result, ...values };
    gateway.fakes.webhooks.result = result;
    const answer = await call('POST', `/${id}/test`);
    expect([answer.status, answer.body]).toEqual([200, result]);
    const single = await gateway.call('POST', '/api/comms/webhook/test', { token: user.token });
    expect(single.body).toEqual(result);
  });
});

describe('whose webhooks', () => {
  const since = { since: '2026-04-29T10:00:00Z' };
  const routes = (id: string, other: string): [string, string, object?][] => [
    ['GET', `/${id}`],
    ['PATCH', `/${id}`, { active: false }],
    ['DELETE', `/${id}`],
    ['DELETE', `?id=${id}`],
    ['POST', `/${id}/rotate`],
    ['POST', `/${id}/test`],
    ['GET', `/${id}/stats`],
    ['GET', `/${id}/deliveries`],
    ['GET', `/${id}/deliveries/${other}`],
    ['POST', `/${id}/deliveries/${other}/retry`],
    ['POST', `/${id}/replay`, since],
    ['GET', `/${id}/replays`],
    ['POST', `/${id}/replays/${other}/cancel`],
  ];

  it('are those of another account is not told by any route', async () => {
    const id = await created();
    const delivery = gateway.fakes.webhooks.delivery(id);
    const stranger = await gateway.user();
    const comparable = ({ status, body }: Answer): object => ({ status, body: { ...body, instance: '' } });
    for (const [method, rest, body] of routes(id, delivery.id)) {
      const foreign = await call(method, rest, body, { token: stranger.token });
      expect([method, rest, foreign.status]).toEqual([method, rest, 404]);
      const unknown = await call(method, rest.replaceAll(id, randomUUID()), body, { token: stranger.token });
      expect(comparable(foreign)).toEqual(comparable(unknown));
    }
    expect((await call('GET', '', undefined, { token: stranger.token })).body).toEqual([]);
    expect((await call('GET', `/${id}`)).status).toBe(200);
  });

  it('are no business of accounts without the Comms API', async () => {
    const { token } = await gateway.user({ comms: false });
    const all: [string, string, object?][] = [
      ['GET', ''],
      ['POST', '', { url }],
      ...routes(randomUUID(), randomUUID()),
    ];
    for (const [method, rest, body] of all) {
      const answer = await call(method, rest, body, { token });
      expect([method, rest, answer.status, answer.body.code]).toEqual([
        method,
        rest,
        403,
        'comms_api_not_enabled',
      ]);
    }
  });

  it('are opened by API keys with the scope, and read by those that read', async () => {
    const id = await created();
    const all: [string, string, object?][] = [
      ['GET', ''],
      ['POST', '', { url }],
      ...routes(id, randomUUID()),
    ];
    const keyOf = async (scope: string): Promise<string> => {
      const body = { name: scope, scopes: [scope] };
      return String((await gateway.call('POST', '/api/keys', { token: user.token, body })).body.key);
    };
    const [webhooks, read, comms] = [await keyOf('webhooks'), await keyOf('read'), await keyOf('comms')];
    for (const [method, rest, body] of all) {
      const codeWith = async (token: string): Promise<unknown> =>
        (await call(method, rest, body, { token })).body.code;
      expect([method, rest, await codeWith(comms)]).toEqual([method, rest, 'insufficient_scope']);
      const looks = await codeWith(read);
      if (method === 'GET') expect(looks).not.toBe('insufficient_scope');
      else expect(looks).toBe('insufficient_scope');
      expect(await codeWith(webhooks)).not.toBe('insufficient_scope');
    }
  });
});

describe('methods', () => {
  it.each([
    ['PUT', path, 'DELETE, GET, HEAD, OPTIONS, POST'],
    ['PUT', `${path}/${randomUUID()}`, 'DELETE, GET, HEAD, OPTIONS, PATCH'],
    ['PATCH', `/comms/v1${path}`, 'DELETE, GET, HEAD, OPTIONS, POST'],
    ['DELETE', `${path}/${randomUUID()}/deliveries`, 'GET, HEAD, OPTIONS'],
    ['GET', `${path}/${randomUUID()}/replay`, 'OPTIONS, POST'],
    ['POST', `/api/v1/webhooks/${randomUUID()}`, 'DELETE, GET, HEAD, OPTIONS, PATCH'],
  ])('%s %s answers 405 and what is allowed', async (method, address, allow) => {
    const { status, body, headers } = await gateway.call(method, address, { token: user.token });
    expect([status, body.code, headers.get('allow')]).toEqual([405, 'method_not_allowed', allow]);
  });

  it('are told to whoever asks', async () => {
    const { token } = user;
    const { headers } = await gateway.call('OPTIONS', `${path}/${randomUUID()}`, { token });
    expect(headers.get('allow')).toBe('DELETE, GET, HEAD, OPTIONS, PATCH');
  });
});
