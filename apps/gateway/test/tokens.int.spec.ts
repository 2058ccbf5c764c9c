import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader, SignJWT, generateKeyPair } from 'jose';
import { Metrics } from '@qflow/service';
import { eventually, quietLogger } from '@qflow/testing';
import { DataSource } from 'typeorm';
import { AccessTokens } from '../src/identity/access-tokens.js';
import { hashPassword } from '../src/identity/passwords.js';
import { SigningKeys } from '../src/identity/signing/signing-keys.js';
import { startGateway, TestGateway, type Answer, type TestUser } from './support/test-gateway.js';

let gateway: TestGateway;
let user: TestUser;

beforeAll(async () => {
  gateway = await TestGateway.start();
  user = await gateway.user();
});
afterAll(() => gateway.stop());

const passwordForm = (values: Record<string, string> = {}): Record<string, string> => ({
  grant_type: 'password',
  client_id: gateway.client.id,
  client_secret: gateway.client.secret,
  scope: 'qflowapi offline_access',
  username: user.email,
  password: user.password,
  ...values,
});

const refreshForm = (refreshToken: unknown, values: Record<string, string> = {}): Record<string, string> => ({
  grant_type: 'refresh_token',
  client_id: gateway.client.id,
  client_secret: gateway.client.secret,
  refresh_token: String(refreshToken),
  ...values,
});

const without = (form: Record<string, string>, name: string): Record<string, string> =>
  Object.fromEntries(Object.entries(form).filter(([key]) => key !== name));

const errorOf = ({ status, body }: Answer): unknown[] => [status, body.error];

const works = async (token: unknown): Promise<boolean> =>
  (await gateway.call('GET', `/api/comms/webhook`, { token: String(token) })).status !== 401;

describe('password grant', () => {
  it('answers with exactly the fields of the guide', async () => {
    const { status, headers, body } = await gateway.token(passwordForm());
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(Object.keys(body).sort()).toEqual([
      'access_token',
      'expires_in',
      'refresh_token',
      'scope',
      'token_type',
    ]);
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: 'qflowapi offline_access' });
    expect(await works(body.access_token)).toBe(true);
  });

  it('makes an ES256 JWT that names user, account and client', async () => {
    const { body } = await gateway.token(passwordForm());
    const token = String(body.access_token);
    const { kid, ...header } = decodeProtectedHeader(token);
    const { iat, exp, jti, sid, ...claims } = decodeJwt(token);
    expect(header).toEqual({ alg: 'ES256', typ: 'at+jwt' });
    expect(claims).toEqual({
      iss: 'https://comms.example.com/core',
      aud: 'qflowapi',
      sub: user.userId,
      account: user.accountId,
      client_id: 'spec',
      scope: 'qflowapi offline_access',
    });
    expect(Number(exp) - Number(iat)).toBe(3600);
    expect(jti).not.toBe(sid);
    expect((await gateway.sql('SELECT FROM token_families WHERE id = $1', [sid])).length).toBe(1);
    const { body: keySet } = await gateway.call('GET', '/core/.well-known/jwks');
    expect(keySet.keys).toEqual([expect.objectContaining({ kid, kty: 'EC', use: 'sig', alg: 'ES256' })]);
    expect(JSON.stringify(keySet)).not.toContain('"d"');
  });

  it('gives no refresh token without offline_access', async () => {
    const { body } = await gateway.token(passwordForm({ scope: 'qflowapi openid' }));
    expect(body).toMatchObject({ scope: 'qflowapi openid' });
    expect(body).not.toHaveProperty('refresh_token');
  });

  it('takes the client from HTTP Basic and the e-mail in any letter case', async () => {
    const { id, secret } = gateway.client;
    const basic = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
    const form = without(
      without(passwordForm({ username: user.email.toUpperCase() }), 'client_id'),
      'client_secret',
    );
    expect((await gateway.token(form, { Authorization: basic })).status).toBe(200);
  });

  it('knows enterprise users by pin and e-mail only', async () => {
    const member = await gateway.user({ pin: 'acme' });
    const form = (username: string) => passwordForm({ username, password: member.password });
    expect((await gateway.token(form(`acme/${member.email}`))).status).toBe(200);
    expect(errorOf(await gateway.token(form(member.email)))).toEqual([400, 'invalid_grant']);
    expect(errorOf(await gateway.token(form(`other/${member.email}`)))).toEqual([400, 'invalid_grant']);
  });

  it('takes odd user names for what they are', async () => {
    const member = await gateway.user({ pin: 'acme' });
    await gateway.sql(`UPDATE users SET email = 'a/b@example.com' WHERE id = $1`, [member.userId]);
    await gateway.sql(`UPDATE users SET email = 'x/y@example.com' WHERE id = $1`, [
      (await gateway.user()).userId,
    ]);
    const statusOf = async (username: string): Promise<number> =>
      (await gateway.token(passwordForm({ username, password: member.password }))).status;
    expect(await statusOf('acme/A/b@Example.com')).toBe(200);
    expect(await statusOf('X/y@example.com')).toBe(200);
    const odd = [
      'ACME/a/b@example.com',
      '/a/b@example.com',
      'acme/',
      '/',
      '//',
      '\u202eacme/a/b@example.com',
    ];
    for (const username of odd) expect([username, await statusOf(username)]).toEqual([username, 400]);
  });

  it.each([
    ['emoji', 'correct \u{1F40E} battery', 'correct \u{1F40E} battery'],
    [
      'families',
      '\u{1F468}\u200d\u{1F469}\u200d\u{1F467}'.repeat(3),
      '\u{1F468}\u200d\u{1F469}\u200d\u{1F467}'.repeat(3),
    ],
    ['composed letters', 'zo\u00eb na\u00efve', 'zoe\u0308 nai\u0308ve'],
    ['other spaces', 'correct horse', 'correct\u00a0horse'],
    [
      'right-to-left text',
      '\u0633\u0644\u0627\u0645 \u05e9\u05dc\u05d5\u05dd',
      '\u0633\u0644\u0627\u0645 \u05e9\u05dc\u05d5\u05dd',
    ],
  ])('takes a password with %s, as any system types it', async (_what, stored, typed) => {
    const { email, userId } = await gateway.user();
    await gateway.sql('UPDATE users SET password_hash = $2 WHERE id = $1', [
      userId,
      await hashPassword(stored),
    ]);
    expect((await gateway.token(passwordForm({ username: email, password: typed }))).status).toBe(200);
    const other = await gateway.token(passwordForm({ username: email, password: `${typed}!` }));
    expect(errorOf(other)).toEqual([400, 'invalid_grant']);
  });

  it('answers an unknown user and a wrong password alike', async () => {
    const unknown = await gateway.token(passwordForm({ username: 'nobody@example.com' }));
    const wrong = await gateway.token(passwordForm({ password: 'wrong' }));
    expect(errorOf(unknown)).toEqual([400, 'invalid_grant']);
    expect(unknown.text).toBe(wrong.text);
  });

  it.each([
    ['grant_type', 400, 'invalid_request'],
    ['client_id', 401, 'invalid_client'],
    ['client_secret', 401, 'invalid_client'],
    ['username', 400, 'invalid_request'],
    ['password', 400, 'invalid_request'],
    ['scope', 400, 'invalid_scope'],
  ])('without %s answers %i %s', async (name, status, error) => {
    const answer = await gateway.token(without(passwordForm(), name));
    expect(errorOf(answer)).toEqual([status, error]);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it.each<[string, Record<string, string>, number, string]>([
    ['another secret', { client_secret: 'wrong' }, 401, 'invalid_client'],
    ['an unknown client', { client_id: 'nobody' }, 401, 'invalid_client'],
    ['a grant we do not have', { grant_type: 'client_credentials' }, 400, 'unsupported_grant_type'],
    ['a grant that is nonsense', { grant_type: 'constructor' }, 400, 'unsupported_grant_type'],
    ['a scope without qflowapi', { scope: 'openid' }, 400, 'invalid_scope'],
    ['an unknown scope', { scope: 'qflowapi admin' }, 400, 'invalid_scope'],
    ['a NUL in the user name', { username: 'a\0@example.com' }, 400, 'invalid_request'],
    ['a NUL in the client id', { client_id: 'a\0' }, 400, 'invalid_request'],
    ['a line break in the password', { password: 'a\r\nb' }, 400, 'invalid_request'],
    ['a password without a value', { password: '' }, 400, 'invalid_request'],
    ['a password of 5,000 characters', { password: 'a'.repeat(5000) }, 400, 'invalid_request'],
    ['a parameter called __proto__', { ['__proto__']: 'x', password: 'wrong' }, 400, 'invalid_grant'],
  ])('refuses %s', async (_what, values, status, error) => {
    const form = Object.entries({ ...passwordForm(), ...values });
    expect(errorOf(await gateway.token(form))).toEqual([status, error]);
  });

  it('refuses a parameter that is given twice', async () => {
    const twice: [string, string][] = [...Object.entries(passwordForm()), ['username', 'other@example.com']];
    expect(errorOf(await gateway.token(twice))).toEqual([400, 'invalid_request']);
  });

  it.each<[string, string, string]>([
    ['JSON', 'application/json', '{"grant_type":"password"}'],
    ['broken JSON', 'application/json', '{"grant_type"'],
    ['text', 'text/plain', 'grant_type=password'],
    ['nothing', 'application/x-www-form-urlencoded', ''],
  ])('refuses %s as the body', async (_what, type, raw) => {
    const answer = await gateway.call('POST', '/core/connect/token', {
      raw,
      headers: { 'Content-Type': type },
    });
    expect(errorOf(answer)).toEqual([400, 'invalid_request']);
  });

  it('refuses a huge body and another method in its own form', async () => {
    const huge = await gateway.token({ grant_type: 'x'.repeat(1_100_000) });
    expect(errorOf(huge)).toEqual([413, 'invalid_request']);
    const get = await gateway.call('GET', '/core/connect/token');
    expect(errorOf(get)).toEqual([405, 'invalid_request']);
    expect(get.headers.get('allow')).toContain('POST');
  });
});

describe('refresh grant', () => {
  const logIn = async (): Promise<unknown> => (await gateway.token(passwordForm())).body.refresh_token;

  it('rotates: each token works once and yields the next', async () => {
    const first = await logIn();
    const { status, body } = await gateway.token(refreshForm(first));
    expect(status).toBe(200);
    expect(body).toMatchObject({ scope: 'qflowapi offline_access', expires_in: 3600 });
    expect(body.refresh_token).not.toBe(first);
    expect(await works(body.access_token)).toBe(true);
    expect((await gateway.token(refreshForm(body.refresh_token))).status).toBe(200);
  });

  it('revokes the whole family when a spent token comes back', async () => {
    const first = await logIn();
    const second = (await gateway.token(refreshForm(first))).body.refresh_token;
    expect(errorOf(await gateway.token(refreshForm(first)))).toEqual([400, 'invalid_grant']);
    expect(errorOf(await gateway.token(refreshForm(second)))).toEqual([400, 'invalid_grant']);
  });

  it('lets one of twenty racing requests win, and treats the others as reuse', async () => {
    const token = await logIn();
    const answers = await Promise.all(Array.from({ length: 20 }, () => gateway.token(refreshForm(token))));
    const winners = answers.filter(({ status }) => status === 200);
    expect(winners).toHaveLength(1);
    const losers = answers.filter(({ status }) => status !== 200);
    expect(new Set(losers.map(({ body }) => body.error))).toEqual(new Set(['invalid_grant']));
    const successor = winners[0]?.body.refresh_token;
    expect(errorOf(await gateway.token(refreshForm(successor)))).toEqual([400, 'invalid_grant']);
  });

  it('lets a refresh ask for less, but not for more and not for nothing', async () => {
    const token = await logIn();
    const narrow = await gateway.token(refreshForm(token, { scope: 'qflowapi' }));
    expect(narrow.body).toMatchObject({ scope: 'qflowapi' });
    const next = narrow.body.refresh_token;
    expect(errorOf(await gateway.token(refreshForm(next, { scope: 'qflowapi openid' })))).toEqual([
      400,
      'invalid_scope',
    ]);
    expect(errorOf(await gateway.token(refreshForm(next, { scope: 'offline_access' })))).toEqual([
      400,
      'invalid_scope',
    ]);
    expect((await gateway.token(refreshForm(next))).body.scope).toBe('qflowapi offline_access');
  });

  it('refuses expired, unknown and missing tokens, and those of another client', async () => {
    const token = await logIn();
    await gateway.sql(
      `INSERT INTO clients (id, secret_hash) SELECT 'other', secret_hash FROM clients WHERE id = 'spec'`,
    );
    expect(errorOf(await gateway.token(refreshForm(token, { client_id: 'other' })))).toEqual([
      400,
      'invalid_grant',
    ]);
    expect(errorOf(await gateway.token(refreshForm('unknown')))).toEqual([400, 'invalid_grant']);
    expect(errorOf(await gateway.token(without(refreshForm(token), 'refresh_token')))).toEqual([
      400,
      'invalid_request',
    ]);
    await gateway.sql(`UPDATE refresh_tokens SET expires_at = now() - interval '1 second'`);
    expect(errorOf(await gateway.token(refreshForm(token)))).toEqual([400, 'invalid_grant']);
  });

  it('forgets the spent tokens of a login that goes on, once they have expired', async () => {
    const first = await logIn();
    const { body } = await gateway.token(refreshForm(first));
    await gateway.sql(
      `UPDATE refresh_tokens SET expires_at = now() - interval '1 second' WHERE spent_at IS NOT NULL`,
    );
    const before = await gateway.count('refresh_tokens');
    expect((await gateway.token(refreshForm(body.refresh_token))).status).toBe(200);
    expect(await gateway.count('refresh_tokens')).toBe(before);
    expect(errorOf(await gateway.token(refreshForm(first)))).toEqual([400, 'invalid_grant']);
  });

  it('forgets logins that have expired', async () => {
    await gateway.sql(`UPDATE refresh_tokens SET expires_at = now() - interval '1 second'`);
    await gateway.sql(`UPDATE token_families SET created_at = now() - interval '2 hours'`);
    await logIn();
    const [row] = await gateway.sql<{ families: string }>(
      'SELECT count(*) AS families FROM token_families WHERE user_id = $1',
      [user.userId],
    );
    expect(row?.families).toBe('1');
  });
});

describe('bearer check', () => {
  const challenge = async (headers: Record<string, string>): Promise<unknown[]> => {
    const { status, headers: answer, body } = await gateway.call('GET', '/api/comms/webhook', { headers });
    return [status, body.code, answer.get('www-authenticate')];
  };
  const mint = async (sign: (jwt: SignJWT) => SignJWT = (jwt) => jwt, typ = 'at+jwt'): Promise<string> => {
    const { kid, privateKey } = gateway.get(SigningKeys).current();
    const jwt = new SignJWT({ account: user.accountId, sid: randomUUID() })
      .setProtectedHeader({ alg: 'ES256', kid, typ })
      .setIssuer(gateway.get(AccessTokens).issuer)
      .setAudience('qflowapi')
      .setSubject(user.userId)
      .setJti(randomUUID())
      .setIssuedAt()
      .setExpirationTime('1h');
    return sign(jwt).sign(privateKey);
  };

  it('asks for a token where none was sent', async () => {
    expect(await challenge({})).toEqual([401, 'unauthorized', 'Bearer']);
    expect(await challenge({ Authorization: 'Basic abc' })).toEqual([401, 'unauthorized', 'Bearer']);
  });

  it('accepts what it minted itself', async () => {
    expect(await works(await mint())).toBe(true);
  });

  it('says what is wrong with a token', async () => {
    const expired = await mint((jwt) => jwt.setExpirationTime('-1s'));
    const [, , header] = await challenge({ Authorization: `Bearer ${expired}` });
    expect(header).toBe('Bearer error="invalid_token", error_description="The access token has expired."');
  });

  it('refuses tampered, foreign and malformed tokens', async () => {
    const good = await mint();
    const [head, payload, signature] = good.split('.') as [string, string, string];
    const { privateKey } = await generateKeyPair('ES256');
    const foreign = await new SignJWT({ account: user.accountId })
      .setProtectedHeader({ alg: 'ES256', kid: gateway.get(SigningKeys).current().kid, typ: 'at+jwt' })
      .setSubject(user.userId)
      .setExpirationTime('1h')
      .sign(privateKey);
    const evil = Buffer.from(JSON.stringify({ ...decodeJwt(good), account: '1' })).toString('base64url');
    const unsigned = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url');
    const tokens = [
      `${head}.${evil}.${signature}`,
      `${unsigned}.${payload}.`,
      foreign,
      await mint((jwt) => jwt.setIssuer('https://elsewhere.example.com')),
      await mint((jwt) => jwt.setAudience('another')),
      await mint((jwt) => jwt, 'JWT'),
      'abc',
      'a.b.c',
      `${good}x`,
      'x'.repeat(4000),
    ];
    for (const token of tokens) {
      const [status, code, header] = await challenge({ Authorization: `Bearer ${token}` });
      expect([status, code]).toEqual([401, 'unauthorized']);
      expect(header).toContain('error="invalid_token"');
    }
  });

  it('takes no key from a kid that is not one of ours', async () => {
    const { privateKey } = gateway.get(SigningKeys).current();
    for (const kid of ['../../etc/passwd', "' OR 1=1", '\0', '0197a3c2-7f10-7c3e-9d59-3f1c5a2b7e41']) {
      const token = await new SignJWT({})
        .setProtectedHeader({ alg: 'ES256', kid, typ: 'at+jwt' })
        .sign(privateKey);
      expect(await works(token)).toBe(false);
    }
  });
});

describe('two replicas', () => {
  it('that boot together share one key, and each accepts the tokens of the other', async () => {
    await gateway.sql('DELETE FROM signing_keys');
    const [one, two] = await Promise.all([startGateway(gateway.config), startGateway(gateway.config)]);
    try {
      expect(await gateway.count('signing_keys')).toBe(1);
      const login = { loginId: randomUUID(), clientId: 'spec', scope: ['qflowapi'] };
      const minted = await one.app.get(AccessTokens).mint({ ...user, ...login });
      expect((await two.app.get(AccessTokens).verify(minted)).accountId).toBe(user.accountId);
      // The first gateway never saw this key being made; it looks for unknown ones once a second at most.
      expect(await eventually(() => works(minted))).toBe(true);
    } finally {
      await Promise.all([one.close(), two.close()]);
    }
  });

  it('that lost the key ring says so instead of starting', async () => {
    const otherRing = { newest: 'other', keys: new Map([['other', Buffer.alloc(32)]]) };
    const config = { SECRET_KEYS: otherRing, SIGNING_KEY_DAYS: 90 };
    const keys = new SigningKeys(gateway.get(DataSource), config, new Metrics(), quietLogger('gateway'));
    await expect(keys.onModuleInit()).rejects.toThrow(
      'The token signing key cannot be decrypted with SECRET_KEYS: key spec is not in the ring.',
    );
  });
});
