import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sqlOf } from '@qflow/persistence';
import type { RunningService } from '@qflow/service';
import { DataSource } from 'typeorm';
import { addressKey, homeKey, nameKey } from '../src/identity/guessing/guess-key.js';
import { countFailure } from '../src/identity/guessing/guess-counters.js';
import { clientSecretPolicy, passwordPolicy } from '../src/identity/guessing/guess-limiter.js';
import { errorOf, OAuth } from './support/oauth.js';
import { anyAddress, startGateway, TestGateway, type Answer, type TestUser } from './support/test-gateway.js';

let gateway: TestGateway;
let second: RunningService;
/** The same client at two replicas. */
let here: OAuth;
let there: OAuth;

beforeAll(async () => {
  gateway = await TestGateway.start();
  second = await startGateway(gateway.config);
  here = new OAuth(gateway);
  there = here.at(second.url);
});
afterAll(async () => {
  await second.close();
  await gateway.stop();
});

const wrong = (who: { email: string }, at: OAuth = here, from = anyAddress()): Promise<Answer> =>
  at.logIn({ email: who.email, password: 'wrong' }, {}, { 'X-Forwarded-For': from });
const right = (who: TestUser, at: OAuth = here, from = anyAddress()): Promise<Answer> =>
  at.logIn(who, {}, { 'X-Forwarded-For': from });

const inTurn = async <T>(count: number, ask: (index: number) => Promise<T>): Promise<T[]> => {
  const answers: T[] = [];
  for (let index = 0; index < count; index++) answers.push(await ask(index));
  return answers;
};

const counterOf = async (key: Buffer): Promise<{ failures: number } | undefined> =>
  (await gateway.sql<{ failures: number }>('SELECT failures FROM guesses WHERE key = $1', [key]))[0];

/** Makes a wait so long that no slow machine sees the end of it. */
const hold = async (key: Buffer): Promise<void> => {
  const held = await gateway.sql(
    `UPDATE guesses SET slow_until = now() + interval '1 hour' WHERE key = $1 RETURNING key`,
    [key],
  );
  expect(held).toHaveLength(1);
};

/** An answer, but for the seconds in it. */
const timeless = ({ text }: Answer): string => text.replace(/\d+ s/, 'N s');

/** The waiting is over; what replicas that saw the refusal remember is not touched. */
const endWaiting = (key: Buffer): Promise<unknown> =>
  gateway.sql('UPDATE guesses SET slow_until = now() WHERE key = $1', [key]);

const slowed = [429, 'slow_down'];
const refused = [400, 'invalid_grant'];

describe('five wrong passwords', () => {
  it('slow the name down on every replica, from any address, be the next password right or wrong', async () => {
    const user = await gateway.user();
    const answers = await inTurn(passwordPolicy.free, (index) => wrong(user, index % 2 ? here : there));
    expect(answers.map(errorOf)).toEqual(answers.map(() => refused));
    await hold(nameKey(user.email));
    for (const at of [here, there]) {
      const [next, other] = [await right(user, at), await wrong(user, at)];
      expect([errorOf(next), errorOf(other)]).toEqual([slowed, slowed]);
      expect(timeless(next)).toBe(timeless(other));
      expect(next.headers.get('cache-control')).toBe('no-store');
      expect(next.body.error_description).toBe(
        `Too many wrong credentials for this user name or from this address. Try again in ${next.headers.get('retry-after')} s.`,
      );
    }
  });

  it('do the same to a name that does not exist, however it is typed', async () => {
    const user = await gateway.user();
    const names = [user.email, 'nobody@example.com', 'acme/nobody@example.com'];
    const story = async (email: string): Promise<unknown[]> => {
      const attempt = async (index: number): Promise<unknown> => {
        const answer = await wrong({ email: index % 2 ? email : email.toUpperCase() });
        return [...errorOf(answer), timeless(answer), answer.headers.has('retry-after')];
      };
      const free = await inTurn(passwordPolicy.free, attempt);
      await hold(nameKey(email));
      return [...free, ...(await inTurn(3, attempt))];
    };
    const stories = await Promise.all(names.map(story));
    expect(stories[1]).toEqual(stories[0]);
    expect(stories[2]).toEqual(stories[0]);
  });

  it('slow the address down for other names, and other addresses not', async () => {
    const [user, other] = [await gateway.user(), await gateway.user()];
    const address = anyAddress();
    await inTurn(passwordPolicy.free, (index) => wrong({ email: `${index}@example.com` }, here, address));
    await hold(addressKey('address', address));
    expect(errorOf(await right(user, here, address))).toEqual(slowed);
    expect(errorOf(await right(user, there, address))).toEqual(slowed);
    expect((await right(other)).status).toBe(200);
    // A refresh token is no guess.
    const { body } = await right(other);
    const form = here.refreshForm(body.refresh_token);
    expect((await gateway.token(form, { 'X-Forwarded-For': address })).status).toBe(200);
  });

  it('are five answers, however many guess at once', async () => {
    const key = nameKey('crowd@example.com');
    const counted = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        countFailure(index % 2 ? gateway.sql : sqlOf(second.app.get(DataSource)), [key], {
          ...passwordPolicy,
          firstSeconds: 3600,
          maxSeconds: 3600,
        }),
      ),
    );
    expect(counted.filter((rows) => rows.length > 0)).toHaveLength(passwordPolicy.free);
  });
});

describe('a name that was slowed down', () => {
  const slowDown = async (): Promise<TestUser> => {
    const user = await gateway.user();
    await inTurn(passwordPolicy.free, () => wrong(user));
    return user;
  };

  it('waits twice as long after each further wrong password, up to two minutes', async () => {
    const key = nameKey('growing@example.com');
    const waits = await inTurn(12, async () => {
      const [counted] = await countFailure(gateway.sql, [key], passwordPolicy);
      await endWaiting(key);
      return counted?.seconds;
    });
    expect(waits).toEqual([0, 0, 0, 0, 2, 4, 8, 16, 32, 64, 120, 120]);
  });

  it('gives one answer after each wait, however many ask at once at two replicas', async () => {
    const user = await gateway.user();
    // The next wait is the longest.
    await gateway.sql(`INSERT INTO guesses VALUES ($1, 30, now(), now() + interval '1 hour')`, [
      nameKey(user.email),
    ]);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => wrong(user, index % 2 ? here : there)),
    );
    expect(answers.filter(({ status }) => status !== 429).map(errorOf)).toEqual([refused]);
    expect(await counterOf(nameKey(user.email))).toEqual({ failures: 31 });
  });

  it('is refused without a look at the user', async () => {
    const user = await slowDown();
    await hold(nameKey(user.email));
    expect(errorOf(await right(user, there))).toEqual(slowed);
    await gateway.sql('ALTER TABLE users RENAME TO hidden_users');
    try {
      expect(errorOf(await right(user, there))).toEqual(slowed);
    } finally {
      await gateway.sql('ALTER TABLE hidden_users RENAME TO users');
    }
  });

  it('starts anew after the right one', async () => {
    const user = await slowDown();
    await endWaiting(nameKey(user.email));
    expect((await right(user, there)).status).toBe(200);
    expect(await counterOf(nameKey(user.email))).toBeUndefined();
  });

  it('is forgotten in time', async () => {
    const user = await slowDown();
    await gateway.sql(`UPDATE guesses SET slow_until = now(), forget_at = now() WHERE key = $1`, [
      nameKey(user.email),
    ]);
    expect(errorOf(await wrong(user, there))).toEqual(refused);
    expect(await counterOf(nameKey(user.email))).toEqual({ failures: 1 });
  });
});

describe('where a name has logged in from before', () => {
  it('it is not slowed down by strangers, and has as many free guesses as anybody', async () => {
    const [user, home] = [await gateway.user(), anyAddress()];
    expect((await right(user, here, home)).status).toBe(200);
    await inTurn(passwordPolicy.free, () => wrong(user));
    await hold(nameKey(user.email));
    expect(errorOf(await right(user))).toEqual(slowed);
    expect((await right(user, there, home)).status).toBe(200);
    // That was no reason to let the strangers go on.
    expect(errorOf(await wrong(user))).toEqual(slowed);
    const guesses = await inTurn(passwordPolicy.free, (index) => wrong(user, index % 2 ? here : there, home));
    expect(guesses.map(errorOf)).toEqual(guesses.map(() => refused));
    await hold(homeKey(user.email, home));
    for (const at of [here, there]) expect(errorOf(await right(user, at, home))).toEqual(slowed);
  });

  it('a right password starts its counter anew, and wrong ones do not make the address forgotten', async () => {
    const [user, home] = [await gateway.user(), anyAddress()];
    await right(user, here, home);
    await wrong(user, here, home);
    expect(await counterOf(homeKey(user.email, home))).toEqual({ failures: 1 });
    await right(user, there, home);
    expect(await counterOf(homeKey(user.email, home))).toEqual({ failures: 0 });
    expect(await counterOf(nameKey(user.email))).toBeUndefined();
    await wrong(user, here, home);
    const [kept] = await gateway.sql(
      `SELECT forget_at > now() + interval '29 days' AS long FROM guesses WHERE key = $1`,
      [homeKey(user.email, home)],
    );
    expect(kept).toEqual({ long: true });
  });
});

describe('wrong client secrets', () => {
  it('slow their address down, at both endpoints and for the right secret as well', async () => {
    const [user, address] = [await gateway.user(), anyAddress()];
    const from = { 'X-Forwarded-For': address };
    const { body } = await right(user);
    const guesses = await inTurn(clientSecretPolicy.free, (index) =>
      index % 2
        ? here.logIn(user, { client_secret: 'wrong' }, from)
        : there.revoke(body.access_token, { client_id: 'nobody' }, from),
    );
    expect(guesses.map(errorOf)).toEqual(guesses.map(() => [401, 'invalid_client']));
    await hold(addressKey('client-address', address));
    expect(errorOf(await here.logIn(user, {}, from))).toEqual(slowed);
    expect(errorOf(await there.revoke(body.access_token, {}, from))).toEqual(slowed);
    expect((await right(user)).status).toBe(200);
  });
});

describe('the address of a caller', () => {
  it('is what a trusted proxy says, not what the caller put before it', async () => {
    const real = anyAddress();
    await inTurn(passwordPolicy.free, (index) =>
      wrong({ email: `spoof${index}@example.com` }, here, `${anyAddress()}, ${real}`),
    );
    expect(await counterOf(addressKey('address', real))).toEqual({ failures: passwordPolicy.free });
    await hold(addressKey('address', real));
    expect(errorOf(await right(await gateway.user(), here, real))).toEqual(slowed);
  });

  it('is the one of the connection where no proxy is trusted', async () => {
    const direct = await startGateway({ ...gateway.config, TRUSTED_PROXIES: [] });
    try {
      const at = here.at(direct.url);
      await inTurn(passwordPolicy.free, (index) => wrong({ email: `direct${index}@example.com` }, at));
      await hold(addressKey('address', '127.0.0.1'));
      expect(errorOf(await right(await gateway.user(), at))).toEqual(slowed);
      expect(await counterOf(addressKey('address', '127.0.0.1'))).toEqual({ failures: passwordPolicy.free });
    } finally {
      await direct.close();
    }
  });
});
