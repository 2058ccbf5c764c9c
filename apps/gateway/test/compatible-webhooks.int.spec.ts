import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createSubscription, listDeliveries, updateSubscription } from '@qflow/contracts';
import { TestGateway, type Answer, type CallOptions, type TestUser } from './support/test-gateway.js';

/** The pages of SendComms and EmailFlow, request by request. */
const path = '/api/v1/webhooks';
const url = 'https://your-server.com/webhooks/email';
const events = ['email.sent', 'email.delivered', 'email.bounced', 'email.complained'];

let gateway: TestGateway;
let user: TestUser;

beforeAll(async () => {
  gateway = await TestGateway.start({ BODY_LIMIT_KB: '64' });
});
afterAll(() => gateway.stop());
beforeEach(async () => {
  user = await gateway.user();
});

interface Webhook {
  id: string;
  uid: string;
  secret?: string;
  [field: string]: unknown;
}

const call = (method: string, rest = '', body?: unknown, options: CallOptions = {}): Promise<Answer> =>
  gateway.call(method, `${path}${rest}`, { token: user.token, body, ...options });

const dataOf = <Data = Webhook>({ status, body }: Answer): Data => {
  expect([status < 300, body.success]).toEqual([true, true]);
  return body.data as Data;
};

const created = async (fields: object = {}): Promise<Webhook> =>
  dataOf(await call('POST', '', { url, events, ...fields }));

const lastAsked = (rpc: { subject: string }): Record<string, unknown> | undefined =>
  gateway.fakes.webhooks.requestsOf(rpc).at(-1);

describe('POST /api/v1/webhooks', () => {
  it('answers as the page of SendComms does, with the caller’s own secret', async () => {
    const answer = await call('POST', '', { url, events, secret: 'your_webhook_secret' });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      success: true,
      data: { url, events, secret: 'your_webhook_secret', active: true },
    });
    const { id, uid, created_at: at } = dataOf(answer);
    expect(uid).toBe(id);
    expect(at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(answer.headers.get('location')).toBe(`${path}/${id}`);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(lastAsked(createSubscription)).toEqual({
      accountId: user.accountId,
      id,
      url,
      events,
      format: 'sendcomms',
      secret: 'your_webhook_secret',
      description: null,
      headers: {},
      retry: {},
      asymmetric: false,
    });
  });

  it('answers as the page of EmailFlow does, where that format is asked for', async () => {
    const { secret, ...webhook } = await created({ format: 'emailflow' });
    expect(secret).toEqual(expect.any(String));
    expect(webhook).toMatchObject({ url, events, active: true, format: 'emailflow', failure_count: 0 });
    expect(lastAsked(createSubscription)).toMatchObject({ format: 'emailflow', secret: null });
  });

  it.each([
    [['contact.subscribed'], undefined, 'sendcomms'],
    [['comms.sent'], undefined, 'qflow'],
    [['email.sent'], 'standard', 'standard'],
    [['email.sent'], null, 'sendcomms'],
  ])('makes %j with the format %s a webhook of format %s', async (names, format, expected) => {
    expect(await created({ events: names, format })).toMatchObject({ events: names, format: expected });
  });

  it('shows the secret this once', async () => {
    const { id, secret } = await created();
    for (const rest of ['', `/${id}`]) expect((await call('GET', rest)).text).not.toContain(secret);
    expect((await call('PATCH', `/${id}`, { active: true })).text).not.toContain(secret);
  });

  it('may be repeated with a key', async () => {
    const options = { headers: { 'Idempotency-Key': randomUUID() } };
    const first = await call('POST', '', { url, events }, options);
    const again = await call('POST', '', { url, events }, options);
    expect([again.status, again.text]).toEqual([201, first.text]);
    expect(dataOf<Webhook[]>(await call('GET'))).toHaveLength(1);
  });

  it.each<[string, object, string]>([
    ['no URL', { url: undefined }, '/url'],
    ['a URL that is none', { url: 'your-server' }, '/url'],
    ['no events', { events: undefined }, '/events'],
    ['null for events', { events: null }, '/events'],
    ['an empty list of events', { events: [] }, '/events'],
    ['an event that nobody knows', { events: ['email.sent', 'email.open'] }, '/events/1'],
    ['an event that is an object', { events: [{}] }, '/events/0'],
    ['a format that nobody knows', { format: 'slack' }, '/format'],
    ['a secret that is too long', { secret: 'x'.repeat(257) }, '/secret'],
  ])('with %s is refused by name', async (_what, fields, place) => {
    const { status, body } = await call('POST', '', { url, events, ...fields });
    expect([status, body.success, body.code]).toEqual([400, false, 'validation_error']);
    expect(body.errors).toMatchObject([{ path: place }]);
    expect(dataOf<Webhook[]>(await call('GET'))).toEqual([]);
  });
});

describe('a webhook', () => {
  it('is listed and read, wherever it was made', async () => {
    const { secret: _, ...mine } = await created();
    const body = { url, format: 'standard' };
    const other = await gateway.call('POST', '/api/comms/webhooks', { token: user.token, body });
    const list = dataOf<Webhook[]>(await call('GET'));
    expect(list).toEqual([mine, expect.objectContaining({ uid: other.body.id, format: 'standard' })]);
    expect(dataOf(await call('GET', `/${mine.uid}`))).toEqual(mine);
    expect(Object.keys(mine).filter((name) => /[A-Z]/.test(name))).toEqual([]);
  });

  it('shows how it stands', async () => {
    const { id } = await created();
    const at = '2026-04-29T10:23:00.000Z';
    Object.assign(gateway.fakes.webhooks.subscriptions.get(id) ?? {}, {
      active: false,
      disabledReason: 'failures',
      disabledAt: at,
      failures: 20,
      lastFailureAt: at,
    });
    expect(dataOf(await call('GET', `/${id}`))).toMatchObject({
      active: false,
      status: 'disabled',
      disabled_reason: 'failures',
      disabled_at: at,
      failure_count: 20,
      last_success_at: null,
      last_failure_at: at,
    });
  });

  it('is changed: url, events, active, and nothing else', async () => {
    const { uid } = await created();
    const changes = { url: `${url}/2`, events: ['email.opened'], active: false };
    const { data } = (await call('PATCH', `/${uid}`, { ...changes, format: 'qflow', secret: 'x' })).body;
    expect(data).toMatchObject({ uid, ...changes, format: 'sendcomms' });
    expect(lastAsked(updateSubscription)).toEqual({ accountId: user.accountId, id: uid, ...changes });
    expect(dataOf(await call('PATCH', `/${uid}`, { active: true }))).toMatchObject({ active: true });
    const { status, body } = await call('PATCH', `/${uid}`, { active: 'yes' });
    expect([status, body.success, body.errors]).toMatchObject([400, false, [{ path: '/active' }]]);
  });

  it.each([
    ['the query, as at SendComms', (id: string) => `?id=${id}`],
    ['the path, as at EmailFlow', (id: string) => `/${id}`],
  ])('is deleted by %s', async (_how, rest) => {
    const { id } = await created();
    expect(dataOf(await call('DELETE', rest(id)))).toEqual({ id, uid: id, deleted: true });
    for (const [method, place] of [
      ['DELETE', rest(id)],
      ['GET', `/${id}`],
      ['GET', `/${id}/deliveries`],
    ] as const) {
      const { status, body } = await call(method, place);
      expect([status, body.success, body.code]).toEqual([404, false, 'not_found']);
    }
  });
});

describe('POST /api/v1/webhooks/{uid}/test', () => {
  it('shows the live result of the ping', async () => {
    const { uid } = await created();
    expect(dataOf(await call('POST', `/${uid}/test`))).toMatchObject({
      status: 'delivered',
      response_code: 200,
      response_body: 'ok',
      duration_ms: 12,
      error: null,
      error_code: null,
      hint: null,
    });
  });

  it('succeeds as a call where the ping fails', async () => {
    const { uid } = await created();
    const before = gateway.fakes.webhooks.result;
    gateway.fakes.webhooks.result = {
      ...before,
      delivered: false,
      statusCode: null,
      error: 'Nobody listens there.',
      phase: 'connect',
      code: 'ECONNREFUSED',
      hint: 'Start it.',
      response: null,
    };
    expect(dataOf(await call('POST', `/${uid}/test`))).toMatchObject({
      status: 'failed',
      response_code: null,
      response_body: null,
      error: 'Nobody listens there.',
      error_code: 'ECONNREFUSED',
      hint: 'Start it.',
    });
    gateway.fakes.webhooks.result = before;
  });
});

describe('GET /api/v1/webhooks/{uid}/deliveries', () => {
  it('is paged, newest first, by link and by cursor', async () => {
    const { uid } = await created();
    const ids = Array.from({ length: 5 }, () => gateway.fakes.webhooks.delivery(uid).id).reverse();
    const seen: string[] = [];
    for (let next: string | null = `${path}/${uid}/deliveries?limit=2&status=dead`; next;) {
      const answer: Answer = await gateway.call('GET', next, { token: user.token });
      seen.push(...dataOf<Webhook[]>(answer).map(({ id }) => id));
      const { links, meta } = answer.body as { links: { next: string | null }; meta: object };
      const after = links.next && new URL(links.next, 'http://x').searchParams.get('after');
      expect(meta).toEqual({ limit: 2, after });
      expect(answer.headers.get('link')).toBe(links.next && `<${links.next}>; rel="next"`);
      next = links.next;
    }
    expect(seen).toEqual(ids);
    expect(lastAsked(listDeliveries)).toMatchObject({ status: 'dead', type: null, since: null, until: null });
  });

  it('has every attempt with status, response code and duration', async () => {
    const { uid } = await created();
    const at = '2026-04-29T10:23:00.000Z';
    const failed = { statusCode: null, code: 'ETIMEDOUT', error: 'No answer within 5 s.', answer: null };
    const good = { statusCode: 204, code: null, error: null, answer: '' };
    const { id, eventId } = gateway.fakes.webhooks.delivery(uid, {
      status: 'delivered',
      attempts: [
        { attempt: 1, at, durationMs: 5_000, ...failed },
        { attempt: 2, at, durationMs: 12, ...good },
      ],
    });
    expect(dataOf(await call('GET', `/${uid}/deliveries`))).toEqual([
      {
        id,
        event_id: eventId,
        event: 'email.delivered',
        status: 'delivered',
        response_code: 204,
        duration_ms: 12,
        attempt_count: 2,
        attempts: [
          {
            attempt: 1,
            status: 'failed',
            response_code: null,
            response_body: null,
            duration_ms: 5_000,
            error: 'No answer within 5 s.',
            error_code: 'ETIMEDOUT',
            attempted_at: at,
          },
          {
            attempt: 2,
            status: 'delivered',
            response_code: 204,
            response_body: '',
            duration_ms: 12,
            error: null,
            error_code: null,
            attempted_at: at,
          },
        ],
        next_attempt_at: null,
        created_at: at,
      },
    ]);
  });

  it('calls events what the format of the webhook calls them', async () => {
    for (const [format, event] of [
      ['sendcomms', 'email.test'],
      ['emailflow', 'ping'],
      ['qflow', 'comms.test'],
    ]) {
      const { uid } = await created({ format });
      gateway.fakes.webhooks.delivery(uid, { type: 'comms.test', status: 'pending', attempts: [] });
      expect(dataOf(await call('GET', `/${uid}/deliveries`))).toMatchObject([
        { event, response_code: null, duration_ms: null, attempt_count: 0 },
      ]);
    }
  });

  it.each([
    ['?status=success', '/status'],
    ['?limit=0', '/limit'],
    ['?after=nonsense', '/after'],
  ])('refuses %s by name', async (query, place) => {
    const { uid } = await created();
    const { status, body } = await call('GET', `/${uid}/deliveries${query}`);
    expect([status, body.success, body.errors]).toMatchObject([400, false, [{ path: place }]]);
  });
});

describe('every error', () => {
  it.each<[number, string, () => Promise<Answer>]>([
    [400, 'validation_error', () => call('GET', '/1')],
    [400, 'validation_error', () => call('POST', '', undefined, { raw: '{', headers: json })],
    [400, 'validation_error', () => call('GET', '/%ff')],
    [400, 'validation_error', () => call('GET', `/${'a'.repeat(200)}`)],
    [401, 'unauthorized', () => call('GET', '', undefined, { token: '' })],
    [401, 'unauthorized', () => call('GET', '?x=1', undefined, { token: 'nonsense' })],
    [404, 'not_found', () => call('GET', `/${randomUUID()}`)],
    [404, 'not_found', () => call('GET', '/x/y/z')],
    [405, 'method_not_allowed', () => call('PUT')],
    [413, 'payload_too_large', () => call('POST', '', { url: 'x'.repeat(70_000) })],
    [415, 'unsupported_media_type', () => call('POST', '', undefined, { raw: '<x/>', headers: xml })],
  ])('is a problem document with success: false: %i %s', async (status, code, ask) => {
    const { body, headers, ...answer } = await ask();
    expect([answer.status, body.code, body.success]).toEqual([status, code, false]);
    expect(headers.get('content-type')).toBe('application/problem+json');
  });

  it('is the same elsewhere without it', async () => {
    for (const address of ['/api/comms/webhooks/1', '/api/v1/webhooksx', '/api/v1']) {
      const { body } = await gateway.call('GET', address, { token: user.token });
      expect([body.status, 'success' in body]).toEqual([expect.any(Number), false]);
    }
  });

  it('is told to those whose access or key does not suffice', async () => {
    const stranger = await gateway.user({ comms: false });
    const locked = await call('GET', '', undefined, { token: stranger.token });
    expect([locked.status, locked.body.success]).toEqual([403, false]);
    const body = { name: 'comms', scopes: ['comms'] };
    const { body: key } = await gateway.call('POST', '/api/keys', { token: user.token, body });
    const narrow = await call('GET', '', undefined, { token: String(key.key) });
    expect([narrow.status, narrow.body.code]).toEqual([403, 'insufficient_scope']);
  });
});

const json = { 'Content-Type': 'application/json' };
const xml = { 'Content-Type': 'application/xml' };

describe('accounts', () => {
  it('see nothing of each other', async () => {
    const { uid } = await created();
    const { token } = await gateway.user();
    for (const [method, rest] of [
      ['GET', `/${uid}`],
      ['PATCH', `/${uid}`],
      ['DELETE', `/${uid}`],
      ['DELETE', `?id=${uid}`],
      ['POST', `/${uid}/test`],
      ['GET', `/${uid}/deliveries`],
    ] as const)
      expect([method, rest, (await call(method, rest, undefined, { token })).status]).toEqual([
        method,
        rest,
        404,
      ]);
    expect(dataOf(await call('GET', '', undefined, { token }))).toEqual([]);
    expect((await call('GET', `/${uid}`)).status).toBe(200);
  });
});
