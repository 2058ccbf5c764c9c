import { createHmac, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningService } from '@qflow/service';
import { eventually } from '@qflow/testing';
import { exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { findClaimedUser } from '../src/identity/external/find-claimed-user.js';
import { loadGatewayConfig } from '../src/config.js';
import { OAuth } from './support/oauth.js';
import { OidcIssuer } from './support/oidc-issuer.js';
import { startGateway, TestGateway, type Answer, type TestUser } from './support/test-gateway.js';

let issuer: OidcIssuer;
let gateway: TestGateway;
/** The gateway that takes the issuer's tokens; the other one is there for its users and its database. */
let service: RunningService;
let user: TestUser;

const withIssuer = (values: object = {}): Promise<RunningService> =>
  startGateway({
    ...gateway.config,
    OIDC_ISSUER: issuer.url,
    OIDC_AUDIENCE: issuer.audience,
    ...values,
  });

beforeAll(async () => {
  [issuer, gateway] = await Promise.all([OidcIssuer.start(), TestGateway.start()]);
  user = await gateway.user();
  // The issuer is still away while the gateway starts.
  service = await withIssuer();
});
afterAll(async () => {
  await service.close();
  await gateway.stop();
  await issuer.stop();
});

const ask = (token: string, url = service.url): Promise<Answer> =>
  gateway.call('GET', '/api/comms/webhook', { token, url });

/** Status and what the challenge says. */
const refusalOf = async (token: string, url?: string): Promise<unknown[]> => {
  const { status, headers } = await ask(token, url);
  return [status, /error_description="(.*)"/.exec(headers.get('www-authenticate') ?? '')?.[1]];
};

describe('an issuer that is away', () => {
  it('keeps no gateway from starting; its tokens are answered 503 until it is there', async () => {
    const { privateKey } = await generateKeyPair('ES256');
    const token = await new SignJWT({}).setProtectedHeader({ alg: 'ES256', kid: 'one' }).sign(privateKey);
    const answer = await ask(token);
    expect([answer.status, answer.body.code, answer.headers.get('retry-after')]).toEqual([
      503,
      'unavailable',
      '5',
    ]);
    expect(answer.body.detail).toBe(
      'The identity provider of this server does not answer. Try again shortly.',
    );
    await issuer.useKey('one');
    const good = await issuer.token({ email: user.email });
    await eventually(async () => (await ask(good)).status !== 503);
    expect((await ask(good)).status).not.toBe(401);
  });

  it('does not end what is known', async () => {
    const token = await issuer.token({ email: user.email });
    issuer.goAway();
    expect((await ask(token)).status).not.toBe(401);
    issuer.comeBack();
  });

  it('is what one counts as that says it is another', async () => {
    const odd = await withIssuer({ OIDC_ISSUER: `${issuer.url}/` });
    try {
      expect((await ask(await issuer.token({ email: user.email }), odd.url)).status).toBe(503);
    } finally {
      await odd.close();
    }
  });
});

describe('a token of the issuer', () => {
  it('opens the account of the user whose e-mail it claims', async () => {
    const own = async (claim: string): Promise<unknown> => {
      const token = await issuer.token({ email: claim });
      const { status, text } = await gateway.call('POST', '/api/event', {
        url: service.url,
        token,
        body: {
          title: 'Gala',
          startTime: '2036-06-21T19:30',
          endTime: '2036-06-21T23:00',
          timeZoneId: 'Europe/London',
        },
      });
      if (status !== 200) throw new Error(text);
      const { id } = JSON.parse(text) as { id: string };
      const [row] = await gateway.sql<{ account_id: string }>('SELECT account_id FROM events WHERE id = $1', [
        id,
      ]);
      return row?.account_id;
    };
    expect(await own(user.email.toUpperCase())).toBe(user.accountId);
  });

  it('is nobody’s where its e-mail only looks like the name of an enterprise’s member', async () => {
    const member = await gateway.user({ pin: 'acme' });
    const token = await issuer.token({ email: `acme/${member.email}` });
    expect((await gateway.call('GET', '/api/events', { url: service.url, token })).status).toBe(401);
  });

  it('with a claim of the operator’s own names a user by e-mail or enterprise and e-mail, or an account', async () => {
    const member = await gateway.user({ pin: 'acme' });
    const accountOf = async (claim: string): Promise<unknown> =>
      (await findClaimedUser(gateway.sql, 'qflow_user', claim))?.accountId;
    expect(await accountOf(user.email.toUpperCase())).toBe(user.accountId);
    expect(await accountOf(`acme/${member.email}`)).toBe(member.accountId);
    expect(await accountOf(member.accountId.toUpperCase())).toBe(member.accountId);
    expect(await accountOf('nobody@example.com')).toBeUndefined();
  });

  it.each<[string, Record<string, unknown>, string]>([
    [
      'of nobody',
      { email: 'nobody@example.com' },
      'The access token belongs to nobody who has an account here.',
    ],
    ['of no account', { email: randomUUID() }, 'The access token belongs to nobody who has an account here.'],
    ['without the claim', {}, 'The access token has no usable claim email.'],
    ['whose claim is no text', { email: 5 }, 'The access token has no usable claim email.'],
    ['whose claim holds a NUL', { email: 'a\0b' }, 'The access token has no usable claim email.'],
    [
      'whose address is not verified',
      { email: 'ada@example.com', email_verified: false },
      'The e-mail address in the access token is not verified.',
    ],
    [
      'whose address is not verified, in a text',
      { email: 'ada@example.com', email_verified: 'false' },
      'The e-mail address in the access token is not verified.',
    ],
  ])('%s is refused', async (_what, claims, reason) => {
    expect(await refusalOf(await issuer.token(claims))).toEqual([401, reason]);
  });

  it('of another claim is mapped where that one is configured', async () => {
    const other = await withIssuer({ OIDC_ACCOUNT_CLAIM: 'https://example.com/account' });
    try {
      const token = await issuer.token({ 'https://example.com/account': user.accountId });
      expect((await ask(token, other.url)).status).not.toBe(401);
      expect(await refusalOf(await issuer.token({ email: user.email }), other.url)).toEqual([
        401,
        'The access token has no usable claim https://example.com/account.',
      ]);
    } finally {
      await other.close();
    }
  });

  it('of a user who is disabled or deleted ends within seconds', async () => {
    const leaver = await gateway.user();
    const token = await issuer.token({ email: leaver.email });
    expect((await ask(token)).status).not.toBe(401);
    await gateway.sql('UPDATE users SET disabled_at = now() WHERE id = $1', [leaver.userId]);
    await eventually(async () => (await ask(token)).status === 401);
  });

  it('with a key that the issuer has just begun to use is accepted within seconds', async () => {
    const before = await issuer.token({ email: user.email });
    expect((await ask(before)).status).not.toBe(401);
    for (const [kid, alg] of [
      ['rsa', 'RS256'],
      ['next', 'ES256'],
    ] as const) {
      await issuer.useKey(kid, alg);
      const token = await issuer.token({ email: user.email });
      await eventually(async () => (await ask(token)).status !== 401);
    }
    // The key of the first one is gone from the key set by now.
    await eventually(async () => (await ask(before)).status === 401);
  });
});

describe('a forged or misused token', () => {
  const invalid = 'The access token is not valid.';
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const payload = (): string =>
    encode({ iss: issuer.url, aud: issuer.audience, email: user.email, exp: 4_000_000_000 });

  it('is refused, and told why', async () => {
    const mine = (jwt: SignJWT): SignJWT => jwt;
    const { privateKey } = await generateKeyPair('ES256');
    const foreign = await new SignJWT({ email: user.email })
      .setProtectedHeader({ alg: 'ES256', kid: 'next', typ: 'at+jwt' })
      .setIssuer(issuer.url)
      .setAudience(issuer.audience)
      .setExpirationTime('1h')
      .sign(privateKey);
    const cases: [string, Promise<string> | string, string][] = [
      ['for another audience', issuer.sign((jwt) => jwt.setAudience('other')), invalid],
      ['of another issuer', issuer.sign((jwt) => jwt.setIssuer(`${issuer.url}/other`)), invalid],
      ['expired', issuer.sign((jwt) => jwt.setExpirationTime('-1m')), 'The access token has expired.'],
      ['not valid yet', issuer.sign((jwt) => jwt.setNotBefore('1h')), invalid],
      ['an ID token', issuer.sign(mine, { typ: 'id+jwt' }), 'The token is not an access token.'],
      ['a logout token', issuer.sign(mine, { typ: 'logout+jwt' }), 'The token is not an access token.'],
      ['signed by somebody else', foreign, invalid],
      ['unsigned', `${encode({ alg: 'none', typ: 'at+jwt' })}.${payload()}.`, invalid],
      ['our own', user.token, invalid],
      ['no JWT', 'abc', invalid],
    ];
    for (const [what, token, reason] of cases)
      expect([what, ...(await refusalOf(await token))]).toEqual([what, 401, reason]);
  });

  it('is refused where the public key serves as a shared secret', async () => {
    const jwks = (await (await fetch(`${issuer.url}/jwks`)).json()) as { keys: object[] };
    const { publicKey } = await generateKeyPair('ES256');
    for (const secret of [JSON.stringify(jwks.keys[0]), await exportSPKI(publicKey), '']) {
      const signed = `${encode({ alg: 'HS256', typ: 'at+jwt', kid: 'next' })}.${payload()}`;
      const signature = createHmac('sha256', secret).update(signed).digest('base64url');
      expect(await refusalOf(`${signed}.${signature}`)).toEqual([401, invalid]);
    }
  });
});

describe('with an external issuer', () => {
  it('our own endpoints are not there, and say where to go', async () => {
    const at = new OAuth(gateway, service.url);
    const detail = `This server issues no tokens. Get one from ${issuer.url}.`;
    for (const answer of [await at.logIn(user), await at.revoke('x')]) {
      expect(answer.status).toBe(404);
      expect(answer.body).toEqual({ error: 'invalid_request', error_description: detail });
    }
    for (const path of ['/core/.well-known/jwks', '/core/.well-known/openid-configuration']) {
      const { status, body } = await gateway.call('GET', path, { url: service.url });
      expect([status, body.code, body.detail]).toEqual([404, 'not_found', detail]);
    }
  });

  it('the reference says where tokens come from', async () => {
    const { body } = await gateway.call('GET', '/openapi.json', { url: service.url });
    expect(body).toMatchObject({
      components: {
        securitySchemes: {
          password: {
            type: 'openIdConnect',
            openIdConnectUrl: `${issuer.url}/.well-known/openid-configuration`,
          },
        },
      },
    });
  });

  it('an audience must be named, and the issuer be a URL', () => {
    const env = { DATABASE_URL: 'postgres://q@127.0.0.1/q', NATS_URL: 'nats://127.0.0.1:4222' };
    const load = (values: Record<string, string>) => () =>
      loadGatewayConfig({ ...env, SECRET_KEYS: `k:${Buffer.alloc(32).toString('base64')}`, ...values });
    expect(load({ OIDC_ISSUER: 'https://id.example.com' })).toThrow('OIDC_AUDIENCE is missing');
    expect(load({ OIDC_ISSUER: 'id.example.com', OIDC_AUDIENCE: 'x' })).toThrow('OIDC_ISSUER is');
    expect(load({ OIDC_ISSUER: 'https://id.example.com/', OIDC_AUDIENCE: 'x' })()).toMatchObject({
      OIDC_ISSUER: 'https://id.example.com/',
      OIDC_ACCOUNT_CLAIM: 'email',
    });
  });
});
