import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { changeSubjects, type KeysRevoked } from '@qflow/contracts';
import type { RunningService } from '@qflow/service';
import { eventually } from '@qflow/testing';
import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import { createApiKey } from '../src/api-keys/create-key.js';
import { ApiKeys } from '../src/api-keys/api-keys.js';
import { LastUsed } from '../src/api-keys/last-used.js';
import { mintKey } from '../src/api-keys/secret-key.js';
import { startGateway, TestGateway, type TestUser } from './support/test-gateway.js';

interface Key {
  id: string;
  key: string;
  prefix: string;
  created: string;
}

let gateway: TestGateway;
let ada: TestUser;

beforeAll(async () => {
  gateway = await TestGateway.start();
  ada = await gateway.user();
});
afterAll(() => gateway.stop());

async function keyOf(user: TestUser, scopes: string[], values: object = {}): Promise<Key> {
  const { status, body, text } = await gateway.call('POST', '/api/keys', {
    token: user.token,
    body: { name: 'Shop', scopes, ...values },
  });
  if (status !== 200) throw new Error(text);
  return body as unknown as Key;
}

const statusWith = async (token: string, path = '/api/events'): Promise<number> =>
  (await gateway.call('GET', path, { token })).status;

describe('POST /api/keys', () => {
  it('makes a key that is shown once and stored as a hash', async () => {
    const { status, body, headers } = await gateway.call('POST', '/api/keys', {
      token: ada.token,
      body: { name: 'Ticket shop', scopes: ['guests', 'read'], expiresAt: '2099-01-31T01:00:00+01:00' },
    });
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toMatchObject({
      name: 'Ticket shop',
      scopes: ['guests', 'read'],
      key: expect.stringMatching(/^qk_\w{49}$/),
      expiresAt: '2099-01-31T00:00:00.000Z',
      lastUsed: null,
    });
    expect(String(body.key).startsWith(String(body.prefix))).toBe(true);
    const rows = JSON.stringify(await gateway.sql('SELECT * FROM api_keys'));
    expect(rows).not.toContain(String(body.key).slice(10));
    const { text } = await gateway.call('GET', '/api/keys', { token: ada.token });
    expect(text).not.toContain(body.key);
  });

  it('answers under the prefix of comms as well', async () => {
    const { status } = await gateway.call('POST', '/comms/v1/api/keys', {
      token: ada.token,
      body: { name: 'n', scopes: ['read'] },
    });
    expect(status).toBe(200);
  });

  it.each([
    [{}, ['/name', '/scopes']],
    [{ name: 'n', scopes: [] }, ['/scopes']],
    [{ name: 'n', scopes: ['all'] }, ['/scopes/0']],
    [{ name: 'n', scopes: ['read', 'read'] }, ['/scopes']],
    [{ name: 'n', scopes: 'read' }, ['/scopes']],
    [{ name: 'a\nb', scopes: ['read'] }, ['/name']],
    [{ name: 'x'.repeat(101), scopes: ['read'] }, ['/name']],
    [{ name: 'n', scopes: ['read'], expiresAt: '2020-01-01T00:00:00Z' }, ['/expiresAt']],
    [{ name: 'n', scopes: ['read'], expiresAt: 'soon' }, ['/expiresAt']],
  ])('%j is a 400 that names %j', async (body, paths) => {
    const answer = await gateway.call('POST', '/api/keys', { token: ada.token, body });
    expect(answer.status).toBe(400);
    expect((answer.body.errors as { path: string }[]).map(({ path }) => path)).toEqual(paths);
  });

  it('stores nothing of any other body that is wrong', async () => {
    const before = await gateway.count('api_keys');
    const wrong = fc.oneof(fc.constant(null), fc.integer(), fc.string({ unit: 'binary', minLength: 101 }));
    await fc.assert(
      fc.asyncProperty(wrong, fc.jsonValue(), fc.jsonValue(), async (name, scopes, expiresAt) => {
        const body = { name, scopes, expiresAt };
        const { status } = await gateway.call('POST', '/api/keys', { token: ada.token, body });
        expect(status).toBe(400);
      }),
      { numRuns: 60 },
    );
    expect(await gateway.count('api_keys')).toBe(before);
  });

  it('repeated with the same Idempotency-Key, makes one key', async () => {
    const request = {
      token: ada.token,
      body: { name: 'once', scopes: ['read'] },
      headers: { 'Idempotency-Key': 'one-key-only' },
    };
    const [first, again] = [
      await gateway.call('POST', '/api/keys', request),
      await gateway.call('POST', '/api/keys', request),
    ];
    expect(again.text).toBe(first.text);
    expect(await statusWith(String(again.body.key))).toBe(200);
  });
});

describe('createApiKey', () => {
  it('where the answer to the first attempt was lost, makes a key that somebody sees', async () => {
    const key = { id: uuidv7(), name: 'n', scopes: ['read'] as const, expiresAt: null };
    const [lost, seen] = [
      await createApiKey(gateway.sql, { ...key, ...ada }),
      await createApiKey(gateway.sql, { ...key, ...ada }),
    ];
    expect([await statusWith(lost.key), await statusWith(seen.key)]).toEqual([401, 200]);
    await expect(createApiKey(gateway.sql, { ...key, ...(await gateway.user()) })).rejects.toThrow('taken');
  });
});

describe('GET and DELETE /api/keys', () => {
  it('list the newest first, page by page, and end a key for good', async () => {
    const user = await gateway.user();
    const ids: string[] = [];
    for (let count = 0; count < 5; count++) ids.unshift((await keyOf(user, ['read'])).id);
    const listed: string[] = [];
    for (let path: string | undefined = '/api/keys?limit=2'; path;) {
      const { body, headers } = await gateway.call('GET', path, { token: user.token });
      listed.push(...(body as unknown as Key[]).map(({ id }) => id));
      path = /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1];
    }
    expect(listed).toEqual(ids);
    const gone = await gateway.call('DELETE', `/api/keys/${ids[0]}`, { token: user.token });
    expect(gone.body).toEqual({ deleted: true });
    expect((await gateway.call('DELETE', `/api/keys/${ids[0]}`, { token: user.token })).status).toBe(404);
  });

  it("another account's key is a 404, and goes on working", async () => {
    const bob = await gateway.user();
    const { id, key } = await keyOf(ada, ['guests']);
    const foreign = await gateway.call('DELETE', `/api/keys/${id}`, { token: bob.token });
    expect(foreign.body).toMatchObject({ code: 'not_found', detail: 'The API key does not exist.' });
    expect(await statusWith(key)).toBe(200);
    expect((await gateway.call('GET', '/api/keys', { token: bob.token })).text).toBe('[]');
  });
});

describe('a request with an API key', () => {
  const post = async (token: string, path: string): Promise<unknown> =>
    (await gateway.call('POST', path, { token, body: {} })).body.code;

  it('opens what its scopes name, and nothing else', async () => {
    const { key } = await keyOf(ada, ['guests']);
    expect(await post(key, '/api/event')).toBe('validation_error');
    expect(await post(key, '/api/comms/send')).toBe('insufficient_scope');
    expect(await statusWith(key, '/api/comms/webhook')).toBe(403);
  });

  it('with read opens every GET and no other method', async () => {
    const { key } = await keyOf(ada, ['read']);
    expect(await statusWith(key)).toBe(200);
    expect(await statusWith(key, '/api/comms/webhook')).toBe(404);
    expect(await post(key, '/api/event')).toBe('insufficient_scope');
  });

  it('never manages keys, whatever its scopes', async () => {
    const { key, id } = await keyOf(ada, ['comms', 'guests', 'webhooks', 'read']);
    for (const [method, path] of [
      ['POST', '/api/keys'],
      ['GET', '/api/keys'],
      ['DELETE', `/api/keys/${id}`],
    ] as const) {
      const { body } = await gateway.call(method, path, {
        token: key,
        ...(method === 'POST' && { body: { name: 'n', scopes: ['read'] } }),
      });
      expect(body).toMatchObject({ status: 403, code: 'insufficient_scope' });
    }
  });

  it('may do no more than its account', async () => {
    const user = await gateway.user({ comms: false });
    const { key } = await keyOf(user, ['comms']);
    const { body } = await gateway.call('GET', '/api/comms/templates', { token: key });
    expect(body.code).toBe('comms_api_not_enabled');
  });

  it('works on the account it was made in', async () => {
    const { key } = await keyOf(ada, ['guests']);
    const id = await gateway.event({ ...ada, token: key });
    expect(await statusWith(ada.token, `/api/event/${id}`)).toBe(200);
  });
});

describe('a key that does not hold', () => {
  it('is the same 401, be it unknown, malformed, expired, revoked or of a disabled user', async () => {
    const user = await gateway.user();
    const [expired, revoked, disabled] = [
      await keyOf(user, ['read']),
      await keyOf(user, ['read']),
      await keyOf(user, ['read']),
    ];
    await gateway.sql(`UPDATE api_keys SET expires_at = now() WHERE id = $1`, [expired.id]);
    await gateway.call('DELETE', `/api/keys/${revoked.id}`, { token: user.token });
    await gateway.sql('UPDATE users SET disabled_at = now() WHERE id = $1', [user.userId]);
    const typo = `${disabled.key.slice(0, -1)}${disabled.key.endsWith('a') ? 'b' : 'a'}`;
    for (const key of [expired.key, revoked.key, disabled.key, mintKey('account').key, typo, 'qk_', 'qk_x']) {
      const { status, body, headers } = await gateway.call('GET', '/api/events', { token: key });
      expect([key, status, body.detail]).toEqual([key, 401, 'The API key is not valid.']);
      expect(headers.get('www-authenticate')).toMatch(/^Bearer error="invalid_token"/);
    }
  });
});

describe('lastUsed', () => {
  it('is written once a minute, not with the request', async () => {
    const { key, id } = await keyOf(ada, ['guests']);
    const lastUsed = async (): Promise<unknown> => {
      const { body } = await gateway.call('GET', '/api/keys?limit=1', { token: ada.token });
      const [newest] = body as unknown as { id: string; lastUsed: string | null }[];
      expect(newest?.id).toBe(id);
      return newest?.lastUsed;
    };
    const before = Date.now();
    await statusWith(key);
    expect(await lastUsed()).toBeNull();
    await gateway.get(LastUsed).flush();
    expect(Date.parse(String(await lastUsed()))).toBeGreaterThanOrEqual(before);
  });
});

describe('two gateways', () => {
  let other: RunningService;

  beforeAll(async () => {
    other = await startGateway(gateway.config);
  });
  afterAll(() => other.close());

  const statusAtOther = async (key: string): Promise<number> => {
    const headers = { Authorization: `Bearer ${key}` };
    return (await fetch(`${other.url}/api/events`, { headers })).status;
  };

  it('a key made at one opens the other; revoked at one, it ends at both at once', async () => {
    const { id, key } = await keyOf(ada, ['guests']);
    expect([await statusWith(key), await statusAtOther(key)]).toEqual([200, 200]);
    // A cache would keep it for seconds: that it forgets now is the announcement's doing.
    const announced = new Promise<KeysRevoked>((resolve) => {
      gateway.platform.messages.connection.subscribe(changeSubjects.keys, {
        callback: (_error, message) => resolve(message.json<KeysRevoked>()),
        max: 1,
      });
    });
    await gateway.platform.messages.connection.flush();
    await gateway.call('DELETE', `/api/keys/${id}`, { token: ada.token });
    expect(await statusWith(key)).toBe(401);
    expect((await announced).hashes).toHaveLength(1);
    await eventually(() => other.app.get(ApiKeys).known(key) === undefined);
    expect(await statusAtOther(key)).toBe(401);
  });

  it('one revoked without an announcement ends by age', async () => {
    const { id, key } = await keyOf(ada, ['guests']);
    expect(await statusAtOther(key)).toBe(200);
    await gateway.sql('DELETE FROM api_keys WHERE id = $1', [id]);
    expect(await eventually(async () => (await statusAtOther(key)) === 401)).toBe(true);
  });
});
