import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { inTransaction } from '@qflow/persistence';
import type { RunningService } from '@qflow/service';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify, type JSONWebKeySet } from 'jose';
import { DataSource } from 'typeorm';
import {
  publishAheadSeconds,
  rotateSigningKey,
  type RotatedKey,
} from '../src/identity/signing/rotate-signing-key.js';
import { SigningKeys } from '../src/identity/signing/signing-keys.js';
import { OAuth } from './support/oauth.js';
import { startGateway, TestGateway, type TestUser } from './support/test-gateway.js';

let gateway: TestGateway;
let second: RunningService;
let user: TestUser;
/** The same client at two replicas. */
let here: OAuth;
let there: OAuth;

beforeAll(async () => {
  gateway = await TestGateway.start();
  second = await startGateway(gateway.config);
  here = new OAuth(gateway);
  there = here.at(second.url);
  user = await gateway.user();
});
afterAll(async () => {
  await second.close();
  await gateway.stop();
});

const replicas = (): SigningKeys[] => [gateway.get(SigningKeys), second.app.get(SigningKeys)];

/** What each replica does by itself every ten seconds. */
const readEverywhere = (): Promise<unknown> => Promise.all(replicas().map((keys) => keys.read()));

/** What each replica does by itself every minute, at the same moment. */
const renewEverywhere = (): Promise<unknown> => Promise.all(replicas().map((keys) => keys.renew()));

const rotate = (options?: { leaked: boolean }): Promise<RotatedKey> =>
  inTransaction(gateway.get(DataSource), (sql) => rotateSigningKey(sql, gateway.config.SECRET_KEYS, options));

const tokenOf = async (at: OAuth): Promise<string> => String((await at.logIn(user)).body.access_token);

const kidOf = (token: string): string => String(decodeProtectedHeader(token).kid);

const keySet = async (url = gateway.service.url): Promise<JSONWebKeySet> =>
  (await gateway.call('GET', '/core/.well-known/jwks', { url })).body as unknown as JSONWebKeySet;

const publishedKids = async (url?: string): Promise<unknown[]> =>
  (await keySet(url)).keys.map(({ kid }) => kid);

const moveBy = (kid: string, interval: string): Promise<unknown> =>
  gateway.sql('UPDATE signing_keys SET signs_from = signs_from + $2::interval WHERE kid = $1', [
    kid,
    interval,
  ]);

/** One young key, as after the first start. */
let first: string;
beforeEach(async () => {
  await gateway.sql('DELETE FROM signing_keys');
  await renewEverywhere();
  await readEverywhere();
  first = gateway.get(SigningKeys).current().kid;
});

describe('a rotation by hand', () => {
  it('publishes the key before it signs, and logs nobody out when it takes over', async () => {
    const before = await tokenOf(here);
    const { kid, signsFrom, created } = await rotate();
    expect(created).toBe(true);
    expect(Math.abs(signsFrom.getTime() - Date.now() - publishAheadSeconds * 1000)).toBeLessThan(30_000);
    await readEverywhere();
    for (const url of [gateway.service.url, second.url])
      expect(await publishedKids(url)).toEqual([kid, first]);
    expect([kidOf(await tokenOf(here)), kidOf(await tokenOf(there))]).toEqual([first, first]);

    const cached = createLocalJWKSet(await keySet());
    await moveBy(kid, `-${publishAheadSeconds} seconds`);
    await readEverywhere();
    const [mine, theirs] = [await tokenOf(here), await tokenOf(there)];
    expect([kidOf(mine), kidOf(theirs)]).toEqual([kid, kid]);
    for (const token of [before, mine, theirs]) {
      expect([await here.works(token), await there.works(token)]).toEqual([true, true]);
      // Also for whoever fetched the key set before the change.
      await jwtVerify(token, cached);
    }
  });

  it('is one rotation, however often it is asked for at once', async () => {
    const made = await Promise.all([rotate(), rotate(), rotate()]);
    expect(new Set(made.map(({ kid }) => kid)).size).toBe(1);
    expect(made.filter(({ created }) => created)).toHaveLength(1);
    expect(await gateway.count('signing_keys')).toBe(2);
  });

  it('withdraws every key before it where one has leaked, and refresh tokens go on', async () => {
    const { body } = await here.logIn(user);
    expect([await here.works(body.access_token), await there.works(body.access_token)]).toEqual([true, true]);
    const pending = await rotate();
    const fresh = await rotate({ leaked: true });
    expect(fresh.created).toBe(true);
    expect(fresh.kid).not.toBe(pending.kid);
    // A replica that has not looked yet takes the other one's tokens all the same.
    await second.app.get(SigningKeys).read();
    const token = String((await there.refresh(body.refresh_token)).body.access_token);
    expect(kidOf(token)).toBe(fresh.kid);
    expect(await here.works(token)).toBe(true);
    await readEverywhere();
    expect(await publishedKids()).toEqual([fresh.kid]);
    expect([await here.works(body.access_token), await there.works(body.access_token)]).toEqual([
      false,
      false,
    ]);
  });
});

describe('a rotation by age', () => {
  it('makes one key, at all replicas together, in time to be known when the old one is due', async () => {
    await moveBy(first, `-90 days + ${publishAheadSeconds + 60} seconds`);
    await renewEverywhere();
    expect(await gateway.count('signing_keys')).toBe(1);
    await moveBy(first, '-2 minutes');
    await renewEverywhere();
    await renewEverywhere();
    await readEverywhere();
    const kids = await publishedKids();
    expect(kids).toHaveLength(2);
    expect(kids[1]).toBe(first);
    expect(kidOf(await tokenOf(here))).toBe(first);
  });

  it('withdraws the old key when its last token has expired, not before', async () => {
    await moveBy(first, '-1 day');
    const old = await tokenOf(here);
    const { kid } = await rotate();
    await moveBy(kid, `-${publishAheadSeconds} seconds -61 minutes`);
    await renewEverywhere();
    await readEverywhere();
    expect(await publishedKids()).toEqual([kid, first]);
    expect(await there.works(old)).toBe(true);
    await moveBy(kid, '-15 minutes');
    await renewEverywhere();
    await readEverywhere();
    expect(await publishedKids(second.url)).toEqual([kid]);
    const forged = await gateway.call('GET', '/api/comms/webhook', { token: `${old.slice(0, -4)}AAAA` });
    expect(forged.status).toBe(401);
  });

  it('takes the days from SIGNING_KEY_DAYS', async () => {
    await moveBy(first, '-2 days');
    const short = await startGateway({ ...gateway.config, SIGNING_KEY_DAYS: 1 });
    await short.close();
    expect(await gateway.count('signing_keys')).toBe(2);
  });
});

describe('discovery', () => {
  it('may be kept for a while, for less than a new key is published ahead', async () => {
    for (const path of [
      '/core/.well-known/jwks',
      '/core/.well-known/openid-configuration',
      '/.well-known/oauth-authorization-server/core',
    ]) {
      const { status, headers } = await gateway.call('GET', path);
      const maxAge = /^public, max-age=(\d+)$/.exec(headers.get('cache-control') ?? '')?.[1];
      expect([path, status, Number(maxAge) < publishAheadSeconds]).toEqual([path, 200, true]);
    }
  });

  it('says where everything is, at both places', async () => {
    const { body } = await gateway.call('GET', '/core/.well-known/openid-configuration');
    expect(body).toMatchObject({
      issuer: 'https://comms.example.com/core',
      token_endpoint: 'https://comms.example.com/core/connect/token',
      revocation_endpoint: 'https://comms.example.com/core/connect/revocation',
      revocation_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
      jwks_uri: 'https://comms.example.com/core/.well-known/jwks',
    });
    const { body: same } = await gateway.call('GET', '/.well-known/oauth-authorization-server/core');
    expect(same).toEqual(body);
  });

  it('shows no private half of a key', async () => {
    await rotate();
    await readEverywhere();
    for (const key of (await keySet()).keys)
      expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
  });

  it('is about no key that was never ours, and many made-up ones cost one query', async () => {
    const query = jest.spyOn(gateway.get(DataSource), 'query');
    const kids = Array.from({ length: 50 }, () => randomUUID());
    const found = await Promise.all(kids.map((kid) => gateway.get(SigningKeys).find(kid)));
    expect(found.filter(Boolean)).toEqual([]);
    const looks = query.mock.calls.filter(([text]) => text.includes('FROM signing_keys'));
    expect(looks.length).toBeLessThanOrEqual(1);
    query.mockRestore();
  });
});
