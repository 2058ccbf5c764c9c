import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { inTransaction } from '@qflow/persistence';
import type { RunningService } from '@qflow/service';
import { eventually } from '@qflow/testing';
import fc from 'fast-check';
import { DataSource } from 'typeorm';
import { Change } from '../src/admin/change.js';
import { createApiKey, createOperatorKey } from '../src/api-keys/create-key.js';
import { LastUsed } from '../src/api-keys/last-used.js';
import { mintKey } from '../src/api-keys/secret-key.js';
import { clientMatches } from '../src/identity/clients.js';
import { startGateway, TestGateway, type Answer, type TestUser } from './support/test-gateway.js';

let gateway: TestGateway;
let operator: { id: string; key: string };

beforeAll(async () => {
  gateway = await TestGateway.start();
  operator = await inTransaction(gateway.get(DataSource), (sql) =>
    createOperatorKey(new Change(sql, 'spec'), 'back office', null),
  );
});
afterAll(() => gateway.stop());

const asOperator = (method: string, path: string, body?: unknown): Promise<Answer> =>
  gateway.call(method, `/api/admin/${path}`, {
    token: operator.key,
    ...(body !== undefined && { body }),
  });

const password = 'correct horse battery';

async function createUser(values: object = {}): Promise<{ id: string; accountId: string; email: string }> {
  const email = `${randomUUID()}@example.com`;
  const { status, body, text } = await asOperator('POST', 'users', { email, password, ...values });
  if (status !== 200) throw new Error(text);
  return body as never;
}

const logIn = (username: string, secret = password): Promise<Answer> =>
  gateway.token({
    grant_type: 'password',
    client_id: gateway.client.id,
    client_secret: gateway.client.secret,
    scope: 'qflowapi offline_access',
    username,
    password: secret,
  });

describe('who may come in', () => {
  it('an operator, and nobody with the credentials of an account', async () => {
    const user = await gateway.user();
    const { key } = await createApiKey(gateway.sql, {
      ...user,
      id: randomUUID(),
      name: 'n',
      scopes: ['comms', 'guests', 'webhooks', 'read'],
      expiresAt: null,
    });
    expect((await asOperator('GET', 'users')).status).toBe(200);
    for (const token of [user.token, key])
      expect((await gateway.call('GET', '/api/admin/users', { token })).body).toMatchObject({
        status: 403,
        code: 'insufficient_scope',
        detail: 'Only the key of an operator opens this route.',
      });
    expect((await gateway.call('GET', '/api/admin/users')).headers.get('www-authenticate')).toBe('Bearer');
    for (const token of ['x', mintKey('operator').key, mintKey('account').key])
      expect((await gateway.call('GET', '/api/admin/users', { token })).status).toBe(401);
  });

  it("an operator's key opens nothing of any account", async () => {
    for (const path of ['/api/events', '/api/keys', '/api/comms/webhook'])
      expect((await gateway.call('GET', path, { token: operator.key })).body).toMatchObject({
        status: 403,
        code: 'insufficient_scope',
        detail: 'An operator key opens /api/admin and nothing else.',
      });
    const { key } = mintKey('operator');
    expect((await gateway.call('GET', '/api/events', { token: key })).status).toBe(401);
  });

  it('does not come through API management', async () => {
    expect((await gateway.call('GET', '/comms/v1/api/admin/users', { token: operator.key })).status).toBe(
      404,
    );
  });

  it('leaves a note of when the key was last used', async () => {
    await asOperator('GET', 'users');
    await gateway.get(LastUsed).flush();
    const [row] = await gateway.sql('SELECT FROM operator_keys WHERE last_used_at IS NOT NULL');
    expect(row).toBeDefined();
  });

  it('a key past its day is let in no more', async () => {
    const { key, id } = await inTransaction(gateway.get(DataSource), (sql) =>
      createOperatorKey(new Change(sql, 'spec'), 'short', '2099-01-01T00:00:00Z'),
    );
    await gateway.sql('UPDATE operator_keys SET expires_at = now() WHERE id = $1', [id]);
    const { body } = await gateway.call('GET', '/api/admin/users', { token: key });
    expect(body).toMatchObject({ status: 401, detail: 'The operator key is not valid.' });
  });
});

describe('users', () => {
  it('are created with rights and limits, read again and changed', async () => {
    const { id, email } = await createUser({
      commsEnabled: true,
      trust: 'verified',
      rateLimits: { guest: 1000, send: null, unknown: 7 },
    });
    const { body } = await asOperator('GET', `users/${id.toUpperCase()}`);
    expect(body).toEqual({
      id,
      accountId: expect.any(String),
      email,
      enterprise: null,
      commsEnabled: true,
      trust: 'verified',
      mayUseComms: true,
      trusted: true,
      disabled: false,
      rateLimits: { guest: 1000 },
      created: expect.stringMatching(/^2.*Z$/),
    });
    const changed = await asOperator('PATCH', `users/${id}`, {
      commsEnabled: false,
      trust: 'pending',
      rateLimits: { guest: null, other: 5 },
    });
    expect(changed.body).toEqual({
      ...body,
      commsEnabled: false,
      mayUseComms: false,
      trust: 'pending',
      trusted: false,
      rateLimits: { other: 5 },
    });
  });

  it('that exist already are a 409, also in another letter case', async () => {
    const { email } = await createUser();
    const again = await asOperator('POST', 'users', { email: email.toUpperCase(), password });
    expect(again.body).toMatchObject({ status: 409, code: 'already_exists' });
  });

  it('are found by the beginning of their address, page by page', async () => {
    const prefix = randomUUID();
    const emails = ['c', 'a', 'b'].map((name) => `${prefix}-${name}@example.com`);
    for (const email of emails) await createUser({ email });
    const found: unknown[] = [];
    for (let path: string | undefined = `/api/admin/users?email=${prefix.toUpperCase()}&limit=2`; path;) {
      const { body, headers } = await gateway.call('GET', path, { token: operator.key });
      found.push(...(body as unknown as { email: string }[]).map(({ email }) => email));
      path = /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1];
    }
    expect(found).toEqual([...emails].sort());
  });

  it('of an enterprise are put into one that is there', async () => {
    const pin = randomUUID();
    const email = `${pin}@example.com`;
    const missing = await asOperator('POST', 'users', { email, password, enterprise: pin });
    expect(missing.body).toMatchObject({
      code: 'not_found',
      detail: `There is no enterprise with the PIN ${pin}.`,
    });
    await asOperator('POST', 'enterprises', { pin, name: 'Acme' });
    await createUser({ email, enterprise: pin });
    expect((await logIn(`${pin}/${email}`)).status).toBe(200);
    expect((await logIn(email)).status).toBe(400);
    const listed = await asOperator('GET', `users?enterprise=${pin}`);
    expect(listed.body).toMatchObject([{ email, enterprise: pin }]);
  });

  it('unknown ones are a 404, and an empty change is a 400', async () => {
    expect((await asOperator('GET', `users/${randomUUID()}`)).status).toBe(404);
    expect((await asOperator('PATCH', `users/${randomUUID()}`, { disabled: true })).status).toBe(404);
    const { id } = await createUser();
    for (const body of [{}, { comms: true }, { trust: null }])
      expect((await asOperator('PATCH', `users/${id}`, body)).body).toMatchObject({
        status: 400,
        errors: [{ path: '/', message: 'must have at least one field that can be changed' }],
      });
  });

  it.each([
    [{}, ['/email', '/password']],
    [{ email: 'x', password }, ['/email']],
    [{ email: 'x@example.com', password: 'short' }, ['/password']],
    [{ email: 'x@example.com', password, enterprise: 'a/b' }, ['/enterprise']],
    [{ email: 'x@example.com', password, trust: 'full' }, ['/trust']],
    [{ email: 'x@example.com', password, commsEnabled: 'yes' }, ['/commsEnabled']],
    [
      { email: 'x@example.com', password, rateLimits: { guest: 0, send: 1.5 } },
      ['/rateLimits/guest', '/rateLimits/send'],
    ],
    [{ email: 'x@example.com', password, rateLimits: [] }, ['/rateLimits']],
  ])('%j is a 400 that names %j', async (body, paths) => {
    const answer = await asOperator('POST', 'users', body);
    expect(answer.status).toBe(400);
    const named = new Set((answer.body.errors as { path: string }[]).map(({ path }) => path));
    expect([...named]).toEqual(paths);
  });
});

describe('a password or an end set by an operator', () => {
  let other: RunningService;

  beforeAll(async () => {
    other = await startGateway(gateway.config);
  });
  afterAll(() => other.close());

  const statuses = async (token: string): Promise<number[]> => {
    const paths = [gateway.service.url, other.url];
    return Promise.all(
      paths.map(async (url) => {
        const { status } = await fetch(`${url}/api/events`, {
          headers: { Authorization: `Bearer ${token}` },
        });
        return status;
      }),
    );
  };

  it('ends every login and access token, at both gateways', async () => {
    const { id, email } = await createUser();
    const login = (await logIn(email)).body;
    const token = String(login.access_token);
    expect(await statuses(token)).toEqual([200, 200]);
    await asOperator('PATCH', `users/${id}`, { password: 'another password' });
    expect((await gateway.call('GET', '/api/events', { token })).status).toBe(401);
    await eventually(async () => (await statuses(token)).every((status) => status === 401));
    const refresh = await gateway.token({
      grant_type: 'refresh_token',
      client_id: gateway.client.id,
      client_secret: gateway.client.secret,
      refresh_token: String(login.refresh_token),
    });
    expect(refresh.body.error).toBe('invalid_grant');
    expect((await logIn(email)).status).toBe(400);
    expect((await logIn(email, 'another password')).status).toBe(200);
  });

  it('disabling also stops API keys, until the user is enabled again', async () => {
    const { id, email } = await createUser();
    const token = String((await logIn(email)).body.access_token);
    const made = await gateway.call('POST', '/api/keys', { token, body: { name: 'n', scopes: ['guests'] } });
    const key = String(made.body.key);
    expect(await statuses(key)).toEqual([200, 200]);
    expect((await asOperator('PATCH', `users/${id}`, { disabled: true })).body.disabled).toBe(true);
    expect((await gateway.call('GET', '/api/events', { token: key })).status).toBe(401);
    await eventually(async () => (await statuses(key)).every((status) => status === 401));
    expect((await gateway.call('GET', '/api/events', { token })).status).toBe(401);
    expect((await logIn(email)).status).toBe(400);
    await asOperator('PATCH', `users/${id}`, { disabled: false });
    expect((await logIn(email)).status).toBe(200);
    await eventually(async () => (await statuses(key)).every((status) => status === 200));
    expect((await gateway.call('GET', '/api/events', { token })).status).toBe(401);
  });
});

describe('enterprises', () => {
  const templatesOf = async ({ token }: TestUser): Promise<unknown> => {
    const { body } = await gateway.call('GET', `/api/comms/templates?eventId=${randomUUID()}`, { token });
    return body.code;
  };

  it('give their rights to all their users within seconds, and take only them back', async () => {
    const pin = randomUUID();
    const made = await asOperator('POST', 'enterprises', { pin, name: 'Acme Events' });
    expect(made.body).toMatchObject({
      pin,
      name: 'Acme Events',
      commsEnabled: false,
      trust: 'unverified',
      users: 0,
    });
    const path = `enterprises/${String(made.body.id)}`;
    const plain = await gateway.user({ pin, comms: false, trust: 'unverified' });
    const granted = await gateway.user({ pin, comms: true });
    expect([await templatesOf(plain), await templatesOf(granted)]).toEqual([
      'comms_api_not_enabled',
      'not_found',
    ]);

    const changed = await asOperator('PATCH', path, { commsEnabled: true, trust: 'verified', name: 'Acme' });
    expect(changed.body).toMatchObject({ name: 'Acme', commsEnabled: true, trust: 'verified', users: 2 });
    await eventually(async () => (await templatesOf(plain)) === 'not_found');
    expect((await asOperator('GET', `users/${plain.userId}`)).body).toMatchObject({
      commsEnabled: false,
      mayUseComms: true,
      trust: 'unverified',
      trusted: true,
    });

    // Taking back what the user has of its own changes nothing of what the enterprise gives.
    await asOperator('PATCH', `users/${granted.userId}`, { commsEnabled: false });
    expect((await asOperator('GET', `users/${granted.userId}`)).body.mayUseComms).toBe(true);
    await asOperator('PATCH', `users/${granted.userId}`, { commsEnabled: true });

    await asOperator('PATCH', path, { commsEnabled: false });
    await eventually(async () => (await templatesOf(plain)) === 'comms_api_not_enabled');
    expect(await templatesOf(granted)).toBe('not_found');
  });

  it('with a PIN that is taken are a 409, unknown ones a 404', async () => {
    const pin = randomUUID();
    await asOperator('POST', 'enterprises', { pin, name: 'One' });
    const again = await asOperator('POST', 'enterprises', { pin, name: 'Two' });
    expect(again.body).toMatchObject({ status: 409, code: 'already_exists' });
    expect((await asOperator('GET', `enterprises/${randomUUID()}`)).status).toBe(404);
    expect((await asOperator('PATCH', `enterprises/${randomUUID()}`, { name: 'n' })).status).toBe(404);
    const { body } = await asOperator('GET', 'enterprises?limit=200');
    expect((body as unknown as { pin: string }[]).filter((one) => one.pin === pin)).toHaveLength(1);
  });
});

describe('clients', () => {
  it('get a secret of ours, which is shown once', async () => {
    const { body, headers } = await asOperator('POST', 'clients', { clientId: 'shop' });
    expect(body).toEqual({ clientId: 'shop', created: expect.any(String), clientSecret: expect.any(String) });
    expect(headers.get('cache-control')).toBe('no-store');
    expect(await clientMatches(gateway.sql, 'shop', String(body.clientSecret))).toBe(true);
    expect((await asOperator('GET', 'clients')).text).not.toContain(body.clientSecret);
    const again = await asOperator('POST', 'clients', { clientId: 'shop' });
    expect(again.body).toMatchObject({ status: 409, code: 'already_exists' });
  });

  it('may be given one that is strong, and it is not sent back', async () => {
    const clientSecret = 'of-our-own-vault-0123456789';
    const { body } = await asOperator('PUT', 'clients/vault', { clientSecret });
    expect(body).toEqual({ clientId: 'vault', created: expect.any(String) });
    const replaced = await asOperator('PUT', 'clients/vault', {});
    expect(await clientMatches(gateway.sql, 'vault', clientSecret)).toBe(false);
    expect(await clientMatches(gateway.sql, 'vault', String(replaced.body.clientSecret))).toBe(true);
    for (const weak of ['short', 'a'.repeat(30), 'line\nbreak-0123456789'])
      expect((await asOperator('PUT', 'clients/vault', { clientSecret: weak })).body).toMatchObject({
        status: 400,
        errors: [{ path: '/clientSecret' }],
      });
  });

  it('that are deleted take their logins with them', async () => {
    await asOperator('PUT', 'clients/gone', { clientSecret: 'gone-secret-0123456789' });
    const { email } = await createUser();
    const login = await gateway.token({
      grant_type: 'password',
      client_id: 'gone',
      client_secret: 'gone-secret-0123456789',
      scope: 'qflowapi',
      username: email,
      password,
    });
    const token = String(login.body.access_token);
    expect((await gateway.call('GET', '/api/events', { token })).status).toBe(200);
    expect((await asOperator('DELETE', 'clients/gone')).body).toEqual({ deleted: true });
    expect((await gateway.call('GET', '/api/events', { token })).status).toBe(401);
    expect((await asOperator('DELETE', 'clients/gone')).status).toBe(404);
  });

  it.each(['a%20b', '-x', 'a%00b', 'x'.repeat(101)])('%s is no id', async (id) => {
    expect((await asOperator('PUT', `clients/${id}`, {})).status).toBe(400);
  });
});

describe('the audit', () => {
  it('tells who did what, newest first and by subject', async () => {
    const { id, email } = await createUser();
    await asOperator('PATCH', `users/${id}`, { commsEnabled: true, password: 'another password' });
    const { body } = await asOperator('GET', `audit?subject=user:${id}`);
    expect(body).toMatchObject([
      { actor: 'operator:back office', action: 'user.password', details: { email } },
      { action: 'user.grant', subject: `user:${id}` },
      { action: 'user.create' },
    ]);
    const page = await asOperator('GET', 'audit?limit=1');
    expect(page.headers.get('link')).toContain('rel="next"');
    const all = JSON.stringify(await gateway.sql('SELECT * FROM audit'));
    expect(all).not.toMatch(/correct horse|another password|vault-0|gone-secret/);
  });
});

describe('whatever a body or an address holds', () => {
  it('the answer is a clear one, and nothing is stored', async () => {
    const tables = ['users', 'enterprises', 'clients', 'audit'];
    const counts = (): Promise<number[]> => Promise.all(tables.map((table) => gateway.count(table)));
    const before = await counts();
    const value = fc.oneof(
      fc.constantFrom('\0', '\uD800', '', '__proto__', [], {}, 0, -1, true),
      fc.string({ unit: 'binary' }),
      fc.jsonValue({ maxDepth: 2 }),
    );
    const request = fc.constantFrom<[method: string, path: string]>(
      ['POST', 'users'],
      ['POST', 'enterprises'],
      ['POST', 'clients'],
      ['PUT', 'clients/x y'],
      ['PATCH', `users/${randomUUID()}`],
      ['PATCH', `enterprises/${randomUUID()}`],
    );
    const field = fc.constantFrom(
      ...['email', 'pin', 'clientId', 'trust', 'commsEnabled', 'rateLimits', 'clientSecret'],
    );
    await fc.assert(
      fc.asyncProperty(request, fc.dictionary(field, value), async ([method, path], body) => {
        // Never enough to be right: a password or a name is missing, and the client's id has a space in it.
        const wrong = path === 'clients' ? { ...body, clientId: ' ' } : body;
        const { status } = await asOperator(method, encodeURI(path), wrong);
        expect([400, 404]).toContain(status);
      }),
      { numRuns: 150 },
    );
    expect(await counts()).toEqual(before);
  });

  it('a cursor of another list or of nobody is a 400', async () => {
    for (const list of ['users', 'enterprises', 'clients', 'audit'])
      for (const after of ['x', 'WyJhIiwiYiIsImMiXQ', Buffer.from('["\\u0000"]').toString('base64url')])
        expect((await asOperator('GET', `${list}?after=${after}`)).status).toBe(400);
  });
});
