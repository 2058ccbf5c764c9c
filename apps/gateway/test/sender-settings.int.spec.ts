import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Suppression } from '@qflow/contracts';
import fc from 'fast-check';
import { arrayOf, nextOf, readAll } from './support/lists.js';
import { TestGateway, type Answer, type TestUser } from './support/test-gateway.js';

let gateway: TestGateway;
let user: TestUser;

beforeAll(async () => {
  gateway = await TestGateway.start();
  user = await gateway.user();
});
afterAll(() => gateway.stop());

const post = (path: string, body?: unknown, { token }: TestUser = user): Promise<Answer> =>
  gateway.call('POST', path, { token, ...(body !== undefined && { body }) });
const get = (path: string, { token }: TestUser = user): Promise<Answer> =>
  gateway.call('GET', path, { token });

describe('access', () => {
  it.each([
    ['POST', '/api/comms/sends', 'trust'],
    ['GET', '/api/comms/sends', 'comms'],
    ['GET', '/api/comms/suppressions', 'comms'],
    ['POST', '/api/comms/suppression/delete', 'comms'],
    ['GET', '/api/comms/events', 'comms'],
    ['POST', '/api/comms/domain', 'comms'],
    ['GET', '/api/comms/domain', 'comms'],
    ['POST', '/api/comms/domain/verify', 'comms'],
    ['POST', '/api/comms/domain/activate', 'comms'],
    ['POST', '/api/comms/domain/deactivate', 'comms'],
    ['POST', '/comms/v1/api/comms/domain/delete', 'comms'],
  ])('%s %s needs %s', async (method, path, needs) => {
    const disabled = await gateway.user({ comms: false });
    const { status, body } = await gateway.call(method, path, { token: disabled.token });
    expect([status, body.code]).toEqual([403, 'comms_api_not_enabled']);
    const pending = await gateway.user({ trust: 'pending' });
    const second = await gateway.call(method, path, { token: pending.token });
    expect(second.body.code === 'trust_required').toBe(needs === 'trust');
  });
});

describe('suppressions', () => {
  const entry = (email: string): Suppression => ({
    email,
    reason: 'unsubscribed',
    attendeeInvitationId: randomUUID(),
    created: '2026-04-29T10:23:00.000Z',
  });

  it('are listed, found, and lifted once', async () => {
    const entries = Array.from({ length: 70 }, (_, index) => entry(`guest${index}@example.com`));
    gateway.fakes.sender.suppressions.set(user.accountId, entries);
    const first = await get('/api/comms/suppressions');
    expect([first.status, arrayOf(first).length, nextOf(first)]).toEqual([
      200,
      50,
      '/api/comms/suppressions?after=50',
    ]);
    expect(await readAll(gateway, user, '/comms/v1/api/comms/suppressions?limit=20')).toEqual(entries);
    expect(arrayOf(await get('/api/comms/suppressions?email=GUEST7@example.com'))).toEqual([entries[7]]);
    const body = { email: 'Guest7@Example.com' };
    const stranger = await gateway.user();
    expect((await post('/api/comms/suppression/delete', body, stranger)).status).toBe(404);
    expect((await post('/api/comms/suppression/delete', body)).body).toEqual({ deleted: true });
    expect((await post('/api/comms/suppression/delete', body)).body.code).toBe('not_found');
    expect(arrayOf(await get('/api/comms/suppressions?email=guest7@example.com'))).toEqual([]);
    expect(arrayOf(await get('/api/comms/suppressions', stranger))).toEqual([]);
  });

  it.each([
    ['?email=nobody', '/email'],
    ['?email=', '/email'],
    ['?email=a@example.com&email=b@example.com', '/email'],
    ['?limit=x', '/limit'],
    ['?after=x', '/after'],
  ])('refuse %s by name', async (query, path) => {
    const { status, body } = await get(`/api/comms/suppressions${query}`);
    expect([status, body.code]).toEqual([400, 'validation_error']);
    expect(body.errors).toMatchObject([{ path }]);
  });

  it.each<unknown>([{}, { email: 5 }, { email: 'ada' }, { email: 'a@example.com\r\n' }, [], 'x'])(
    'refuse to lift %j',
    async (body) => {
      const answer = await post('/api/comms/suppression/delete', body);
      expect([answer.status, answer.body.code]).toEqual([400, 'validation_error']);
    },
  );
});

describe('the sender domain', () => {
  it('is set up, verified, activated, deactivated and deleted', async () => {
    const account = await gateway.user();
    for (const route of ['verify', 'activate', 'deactivate', 'delete'])
      expect((await post(`/api/comms/domain/${route}`, undefined, account)).status).toBe(404);
    expect((await get('/api/comms/domain', account)).body.detail).toBe('No sender domain is configured.');

    const domain = { domain: 'yourcompany.com' };
    const created = await post('/api/comms/domain', domain, account);
    expect(created.status).toBe(200);
    expect(created.body).toMatchObject({ ...domain, verified: false, enabled: false });
    expect((await post('/api/comms/domain', domain, account)).body).toEqual(created.body);
    const other = await post('/api/comms/domain', { domain: 'other.com' }, account);
    expect([other.status, other.body.code]).toEqual([409, 'domain_already_configured']);
    const early = await post('/api/comms/domain/activate', undefined, account);
    expect([early.status, early.body.code]).toEqual([409, 'domain_not_verified']);
    expect((await post('/api/comms/domain/verify', {}, account)).body).toMatchObject({ verified: true });
    expect((await post('/api/comms/domain/activate', {}, account)).body).toMatchObject({ enabled: true });
    expect((await get('/comms/v1/api/comms/domain', account)).body).toMatchObject({ enabled: true });
    expect((await post('/api/comms/domain/deactivate', {}, account)).body).toMatchObject({ enabled: false });
    expect((await get('/api/comms/domain')).status).toBe(404);
    expect((await post('/api/comms/domain/delete', {}, account)).body).toEqual({ deleted: true });
    expect((await get('/api/comms/domain', account)).status).toBe(404);
  });

  it('is a 409 of its own where the provider authenticates none, whatever is asked', async () => {
    const account = await gateway.user();
    gateway.fakes.sender.domainless = true;
    const answers = [
      await post('/api/comms/domain', { domain: 'yourcompany.com' }, account),
      await get('/api/comms/domain', account),
      ...(await Promise.all(
        ['verify', 'activate', 'deactivate', 'delete'].map((route) =>
          post(`/api/comms/domain/${route}`, undefined, account),
        ),
      )),
    ];
    gateway.fakes.sender.domainless = false;
    for (const { status, body } of answers)
      expect([status, body.code]).toEqual([409, 'domain_not_supported']);
  });

  it('that is none is refused by name', async () => {
    const account = await gateway.user();
    await fc.assert(
      fc.asyncProperty(fc.anything({ maxDepth: 2 }), async (domain) => {
        fc.pre(typeof domain !== 'string' || !domain.includes('.'));
        const raw = JSON.stringify({ domain }, (_, value: unknown) =>
          typeof value === 'bigint' ? String(value) : value,
        );
        const { status, body } = await gateway.call('POST', '/api/comms/domain', {
          token: account.token,
          raw,
          headers: { 'Content-Type': 'application/json' },
        });
        expect([status, body.code]).toEqual([400, 'validation_error']);
      }),
      { numRuns: 100 },
    );
    expect((await get('/api/comms/domain', account)).status).toBe(404);
  });
});
