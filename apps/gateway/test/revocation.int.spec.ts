import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { inTransaction } from '@qflow/persistence';
import type { RunningService } from '@qflow/service';
import { eventually } from '@qflow/testing';
import { DataSource } from 'typeorm';
import { hashPassword } from '../src/identity/passwords.js';
import { refreshTokenHash } from '../src/identity/refresh-tokens.js';
import { LoginRevocations } from '../src/identity/revocation/login-revocations.js';
import { revokeClientLogins, revokeUserLogins } from '../src/identity/revocation/revoke-logins.js';
import { staleAfterMs } from '../src/identity/revocation/revoked-ids.js';
import { gate } from './support/gate.js';
import { errorOf, OAuth } from './support/oauth.js';
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

/** A login whose access token both replicas have checked and remember. */
async function logIn(who = user): Promise<{ access: unknown; refresh: unknown }> {
  const { body } = await here.logIn(who);
  expect([await here.works(body.access_token), await there.works(body.access_token)]).toEqual([true, true]);
  return { access: body.access_token, refresh: body.refresh_token };
}

const endsEverywhere = async (access: unknown): Promise<void> => {
  await eventually(async () => !(await here.works(access)));
  await eventually(async () => !(await there.works(access)));
};

describe('revoking an access token', () => {
  it('ends it at once here and within a moment on the other replica, and nothing else of the login', async () => {
    const { access, refresh } = await logIn();
    const answer = await here.revoke(access);
    expect([answer.status, answer.text, answer.headers.get('cache-control')]).toEqual([200, '', 'no-store']);
    const refused = await gateway.call('GET', '/api/comms/webhook', { token: String(access) });
    expect(refused.headers.get('www-authenticate')).toBe(
      'Bearer error="invalid_token", error_description="The access token has been revoked."',
    );
    await endsEverywhere(access);
    const next = await there.refresh(refresh);
    expect(next.status).toBe(200);
    expect(await here.works(next.body.access_token)).toBe(true);
  });

  it('can be repeated, with any hint', async () => {
    const { access } = await logIn();
    for (const hint of ['access_token', 'refresh_token', 'id_token', ''])
      expect((await here.revoke(access, { token_type_hint: hint })).status).toBe(200);
    expect(await here.works(access)).toBe(false);
  });
});

describe('revoking a refresh token', () => {
  it('ends the login: its refresh tokens, and every access token of it on every replica', async () => {
    const { access, refresh } = await logIn();
    const next = (await there.refresh(refresh)).body;
    expect(await here.works(next.access_token)).toBe(true);
    expect((await there.revoke(next.refresh_token, { token_type_hint: 'refresh_token' })).status).toBe(200);
    await endsEverywhere(access);
    await endsEverywhere(next.access_token);
    expect(errorOf(await here.refresh(next.refresh_token))).toEqual([400, 'invalid_grant']);
  });

  it('leaves other logins of the user alone', async () => {
    const [one, other] = [await logIn(), await logIn()];
    await here.revoke(one.refresh);
    expect(await here.works(other.access)).toBe(true);
    expect((await here.refresh(other.refresh)).status).toBe(200);
  });

  it('also by one that is spent', async () => {
    const { access, refresh } = await logIn();
    await here.refresh(refresh);
    await here.revoke(refresh);
    await endsEverywhere(access);
  });
});

describe('a revocation request', () => {
  it('for a token that is unknown, malformed or an API key is answered like any other', async () => {
    const before = await gateway.count('revocations');
    for (const token of ['unknown', 'a.b.c', 'qk_x', 'é'.repeat(100), `${String((await logIn()).access)}x`])
      expect((await here.revoke(token)).status).toBe(200);
    expect(await gateway.count('revocations')).toBe(before);
  });

  it('of another client is refused and changes nothing', async () => {
    await gateway.sql(
      `INSERT INTO clients (id, secret_hash) SELECT 'stranger', secret_hash FROM clients WHERE id = 'spec'
       ON CONFLICT DO NOTHING`,
    );
    const { access, refresh } = await logIn();
    for (const token of [access, refresh]) {
      const answer = await here.revoke(token, { client_id: 'stranger' });
      expect(answer.body).toEqual({
        error: 'invalid_grant',
        error_description: 'Invalid grant: the token was issued to another client',
      });
    }
    expect(await here.works(access)).toBe(true);
    expect((await here.refresh(refresh)).status).toBe(200);
  });

  it('needs the client: in the form or as HTTP Basic', async () => {
    const { access } = await logIn();
    expect(errorOf(await here.revoke(access, { client_secret: 'wrong' }))).toEqual([401, 'invalid_client']);
    expect(errorOf(await here.revoke(access, { client_id: '' }))).toEqual([401, 'invalid_client']);
    const basic = (secret: string) => ({
      Authorization: `Basic ${Buffer.from(`${gateway.client.id}:${secret}`).toString('base64')}`,
    });
    const none = { client_id: '', client_secret: '' };
    const refused = await here.revoke(access, none, basic('wrong'));
    expect(errorOf(refused)).toEqual([401, 'invalid_client']);
    expect(refused.headers.get('www-authenticate')).toBe('Basic realm="qflow"');
    expect(await here.works(access)).toBe(true);
    expect((await here.revoke(access, none, basic(gateway.client.secret))).status).toBe(200);
    expect(await here.works(access)).toBe(false);
  });

  it('that makes no sense is refused in the form of RFC 6749', async () => {
    expect(errorOf(await here.revoke(''))).toEqual([400, 'invalid_request']);
    const post = (raw: string, type: string) =>
      gateway.call('POST', '/core/connect/revocation', { raw, headers: { 'Content-Type': type } });
    expect(errorOf(await post('{"token":"x"}', 'application/json'))).toEqual([400, 'invalid_request']);
    expect(errorOf(await post('token=x', 'text/plain'))).toEqual([400, 'invalid_request']);
    const get = await gateway.call('GET', '/core/connect/revocation');
    expect(errorOf(get)).toEqual([405, 'invalid_request']);
    expect(get.headers.get('allow')).toContain('POST');
  });
});

describe('reuse of a refresh token', () => {
  it('ends the access tokens too, whichever replica notices', async () => {
    const { access, refresh } = await logIn();
    const next = (await here.refresh(refresh)).body;
    expect(errorOf(await there.refresh(refresh))).toEqual([400, 'invalid_grant']);
    await endsEverywhere(access);
    await endsEverywhere(next.access_token);
    expect(errorOf(await here.refresh(next.refresh_token))).toEqual([400, 'invalid_grant']);
  });

  it('is what losers of a race across two replicas do: one wins, and its tokens end as well', async () => {
    const { refresh } = await logIn();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => (index % 2 ? here : there).refresh(refresh)),
    );
    const winners = answers.filter(({ status }) => status === 200);
    expect(winners).toHaveLength(1);
    expect(
      new Set(answers.filter(({ status }) => status !== 200).map((one) => errorOf(one).join(' '))),
    ).toEqual(new Set(['400 invalid_grant']));
    await endsEverywhere(winners[0]?.body.access_token);
  });
});

describe('a client that is deleted', () => {
  const waitingFor = (what: string): Promise<unknown> =>
    eventually(async () => {
      const waiting = await gateway.sql(
        `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE $1`,
        [`%${what}%`],
      );
      return waiting.length > 0;
    });

  it('takes a refresh that is under way with it: neither waits for the other in a circle', async () => {
    await gateway.sql(
      `INSERT INTO clients (id, secret_hash) SELECT 'doomed', secret_hash FROM clients WHERE id = 'spec'`,
    );
    const [first, second] = [
      (await here.logIn(user, { client_id: 'doomed' })).body.refresh_token,
      (await here.logIn(user, { client_id: 'doomed' })).body.refresh_token,
    ];
    const [held, release] = [gate(), gate()];
    const holding = inTransaction(gateway.get(DataSource), async (sql) => {
      await sql('SELECT FROM refresh_tokens WHERE hash = $1 FOR UPDATE', [refreshTokenHash(String(first))]);
      held.open();
      await release.opened;
    });
    await held.opened;
    // Has deleted both logins, and waits for the token of the first.
    const deleting = inTransaction(gateway.get(DataSource), async (sql) => {
      await revokeClientLogins(sql, 'doomed');
      await sql(`DELETE FROM clients WHERE id = 'doomed'`);
    });
    await waitingFor('DELETE FROM clients');
    const refreshing = there.refresh(second, { client_id: 'doomed' });
    await waitingFor('SET spent_at');
    release.open();
    await Promise.all([holding, deleting]);
    expect(errorOf(await refreshing)).toEqual([400, 'invalid_grant']);
  });
});

describe('revokeUserLogins', () => {
  const changePassword = (who: TestUser, hash: string): Promise<unknown> =>
    inTransaction(gateway.get(DataSource), async (sql) => {
      await sql('UPDATE users SET password_hash = $2 WHERE id = $1', [who.userId, hash]);
      return revokeUserLogins(sql, who.userId);
    });

  it('ends every login within seconds, though nobody announces it: as from the command line', async () => {
    const who = await gateway.user();
    const [one, other] = [await logIn(who), await logIn(who)];
    const online = (await here.logIn(who, { scope: 'qflowapi' })).body.access_token;
    await changePassword(who, await hashPassword('another password'));
    for (const access of [one.access, other.access, online]) await endsEverywhere(access);
    expect(errorOf(await here.refresh(one.refresh))).toEqual([400, 'invalid_grant']);
    expect((await here.logIn({ ...who, password: 'another password' })).status).toBe(200);
  });

  it('lets no login with the old password slip through that was under way', async () => {
    const who = await gateway.user();
    const hash = await hashPassword('another password');
    const commit = gate();
    const change = inTransaction(gateway.get(DataSource), async (sql) => {
      await revokeUserLogins(sql, who.userId);
      await commit.opened;
      await sql('UPDATE users SET password_hash = $2 WHERE id = $1', [who.userId, hash]);
    });
    const login = there.logIn(who);
    await eventually(async () => {
      const waiting = await gateway.sql(
        `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%token_families%'`,
      );
      return waiting.length > 0;
    });
    commit.open();
    await change;
    expect(errorOf(await login)).toEqual([400, 'invalid_grant']);
  });

  it('ends the tokens of a user who is deleted, disabled, or whose client is deleted', async () => {
    const [deleted, disabled] = [await gateway.user(), await gateway.user()];
    const tokens = [(await logIn(deleted)).access, (await logIn(disabled)).access];
    await inTransaction(gateway.get(DataSource), async (sql) => {
      await revokeUserLogins(sql, deleted.userId);
      await sql('DELETE FROM users WHERE id = $1', [deleted.userId]);
      await sql('UPDATE users SET disabled_at = now() WHERE id = $1', [disabled.userId]);
      await revokeUserLogins(sql, disabled.userId);
    });
    for (const access of tokens) await endsEverywhere(access);
    expect(errorOf(await here.logIn(disabled))).toEqual([400, 'invalid_grant']);
    await gateway.sql(
      `INSERT INTO clients (id, secret_hash) SELECT 'short-lived', secret_hash FROM clients WHERE id = 'spec'`,
    );
    const access = (await here.logIn(user, { client_id: 'short-lived' })).body.access_token;
    await inTransaction(gateway.get(DataSource), async (sql) => {
      await revokeClientLogins(sql, 'short-lived');
      await sql(`DELETE FROM clients WHERE id = 'short-lived'`);
    });
    await endsEverywhere(access);
  });
});

describe('a replica', () => {
  it('hears of more logins than one message of NATS can hold', async () => {
    const expiresAt = new Date(Date.now() + 60_000);
    const ended = Array.from({ length: 20_000 }, () => ({ id: randomUUID(), expiresAt }));
    gateway.get(LoginRevocations).announce(ended);
    const there = second.app.get(LoginRevocations);
    await eventually(() => ended.every(({ id }) => !there.holds(id, 'any')));
  });

  it('misses no revocation that commits late', async () => {
    const who = await gateway.user();
    const { access } = await logIn(who);
    const commit = gate();
    const begun = gate();
    const late = inTransaction(gateway.get(DataSource), async (sql) => {
      await revokeUserLogins(sql, who.userId);
      begun.open();
      await commit.opened;
    });
    await begun.opened;
    await here.revoke((await logIn()).refresh);
    await second.app.get(LoginRevocations).read();
    expect(await there.works(access)).toBe(true);
    commit.open();
    await late;
    await second.app.get(LoginRevocations).read();
    expect(await there.works(access)).toBe(false);
  });

  it('that starts later knows what was revoked before, and purges what has expired', async () => {
    const { access } = await logIn();
    await here.revoke(access);
    const [expired] = await gateway.sql<{ id: string }>(
      `INSERT INTO revocations (id, expires_at) VALUES (gen_random_uuid(), now() - interval '1 second') RETURNING id`,
    );
    const third = await startGateway(gateway.config);
    try {
      expect(await here.at(third.url).works(access)).toBe(false);
      await eventually(
        async () => (await gateway.sql('SELECT FROM revocations WHERE id = $1', [expired?.id])).length === 0,
      );
    } finally {
      await third.close();
    }
  });

  it('that cannot read what is revoked vouches for nobody, says so, and comes back by itself', async () => {
    const { access } = await logIn();
    await gateway.sql('ALTER TABLE revocations RENAME TO hidden');
    const realNow = Date.now;
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => realNow() + staleAfterMs + 1);
    try {
      const answer = await gateway.call('GET', '/api/comms/webhook', { token: String(access) });
      expect([answer.status, answer.body.code]).toEqual([503, 'unavailable']);
      expect(answer.headers.get('retry-after')).toBe('5');
      const ready = await gateway.call('GET', '/health/ready');
      expect(ready.status).toBe(503);
      expect(ready.text).toContain('which logins are revoked was last read');
      expect((await gateway.call('GET', '/metrics')).text).toMatch(/qflow_revocations_age_seconds [3-9]\d/);
    } finally {
      clock.mockRestore();
      await gateway.sql('ALTER TABLE hidden RENAME TO revocations');
    }
    await gateway.get(LoginRevocations).read();
    expect(await here.works(access)).toBe(true);
    expect((await gateway.call('GET', '/health/ready')).status).toBe(200);
  });
});
