import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createDataSource, sqlOf, type Sql } from '@qflow/persistence';
import { testDatabase, type TestDatabase } from '@qflow/testing';
import fc from 'fast-check';
import type { DataSource } from 'typeorm';
import { groups } from '../src/admin/commands/groups.js';
import { runAdmin } from '../src/admin/run-admin.js';
import { UsageError } from '../src/admin/usage-error.js';
import { gatewaySchema } from '../src/config.js';
import { clientMatches } from '../src/identity/clients.js';
import { logIn } from '../src/identity/log-in.js';
import { migrations } from '../src/migrations/index.js';

let database: TestDatabase;
let dataSource: DataSource;
let sql: Sql;

beforeAll(async () => {
  database = await testDatabase([{ schema: gatewaySchema, migrations }]);
  dataSource = await createDataSource({ url: database.url, schema: gatewaySchema, migrations }).initialize();
  sql = sqlOf(dataSource);
});
afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

const secretKeys = `spec:${randomBytes(32).toString('base64')}`;

const runTyping = (typed: string, ...args: string[]): Promise<string> =>
  runAdmin(args, {
    env: { DATABASE_URL: database.url, SECRET_KEYS: secretKeys },
    stdin: Readable.from([typed]),
  });
const run = (...args: string[]): Promise<string> => runTyping('', ...args);
const runJson = async <T = Record<string, unknown>>(...args: string[]): Promise<T> =>
  JSON.parse(await run(...args, '--json')) as T;
/** Without a database. */
const runAlone = (...args: string[]): Promise<string> =>
  runAdmin(args, { env: {}, stdin: Readable.from([]) });

const ada = ['--email', 'Ada@example.com', '--password', '-correct horse'];

describe('user create', () => {
  it('makes a user who can log in, with an account of its own', async () => {
    const made = await runJson('user', 'create', ...ada, '--comms', '--trust', 'verified');
    expect(made).toEqual({
      userId: expect.any(String),
      accountId: expect.any(String),
      email: 'ada@example.com',
      enterprise: null,
      commsEnabled: true,
      trust: 'verified',
      mayUseComms: true,
      trusted: true,
      disabled: false,
      rateLimits: {},
      createdAt: expect.any(String),
      created: true,
    });
    expect(await logIn(sql, 'ADA@example.com', '-correct horse')).toMatchObject({
      id: made.userId,
      accountId: made.accountId,
    });
  });

  it('leaves a user that exists alone, and says so', async () => {
    const again = await runJson('user', 'create', '--email', 'ada@example.com', '--password', 'another one');
    expect(again).toMatchObject({ commsEnabled: true, trust: 'verified', created: false });
    expect(await logIn(sql, 'ada@example.com', 'another one')).toBeUndefined();
    expect(await run('user', 'create', ...ada)).toMatch(
      /^exists, nothing changed: ada@example\.com, account /,
    );
  });

  it('makes one user and one account when two scripts run at once', async () => {
    const create = () =>
      runJson('user', 'create', '--email', 'twin@example.com', '--password', 'correct horse');
    const [one, two] = await Promise.all([create(), create()]);
    expect(one?.userId).toBe(two?.userId);
    const orphans = await sql(
      'SELECT FROM accounts a WHERE NOT EXISTS (SELECT FROM users u WHERE u.account_id = a.id)',
    );
    expect(orphans).toEqual([]);
  });

  it('puts a user into an enterprise, where the same e-mail is another user', async () => {
    const made = await runJson('user', 'create', ...ada, '--enterprise', 'acme');
    expect(made).toMatchObject({
      enterprise: 'acme',
      commsEnabled: false,
      trust: 'unverified',
      created: true,
    });
    expect((await logIn(sql, 'acme/ada@example.com', '-correct horse'))?.id).toBe(made.userId);
    expect(await run('user', 'list')).toContain('acme/ada@example.com, account');
  });

  it('takes the password from standard input, so that it stands in no history', async () => {
    await runTyping(
      'typed in secret\n',
      'user',
      'create',
      '--email',
      'typist@example.com',
      '--password',
      '-',
    );
    expect(await logIn(sql, 'typist@example.com', 'typed in secret')).toBeDefined();
  });
});

describe('user list', () => {
  it('finds users by the beginning of their address, whose signs mean themselves', async () => {
    for (const email of ['li_st@example.com', 'lixst@example.com', 'list%@example.com'])
      await run('user', 'create', '--email', email, '--password', 'correct horse');
    const emails = async (...args: string[]) =>
      (await runJson<{ email: string }[]>('user', 'list', ...args)).map(({ email }) => email);
    expect(await emails('--email', 'LI_')).toEqual(['li_st@example.com']);
    expect(await emails('--email', 'list%')).toEqual(['list%@example.com']);
    expect(await emails('--email', 'li')).toHaveLength(3);
    expect(await emails('--enterprise', 'acme')).toEqual(['ada@example.com']);
    expect(await run('user', 'list', '--email', 'nobody')).toBe('there are no users\n');
  });
});

describe('user grant, revoke and trust', () => {
  const who = ['--email', 'ada@example.com', '--enterprise', 'acme'];

  it('change the account of that user', async () => {
    expect(await runJson('user', 'grant', ...who)).toMatchObject({ commsEnabled: true });
    expect(await runJson('user', 'revoke', ...who)).toMatchObject({ commsEnabled: false });
    expect(await run('user', 'trust', ...who, '--state', 'pending')).toMatch(
      /^changed acme\/.*, Comms API disabled, trust pending\n$/,
    );
  });

  it('show what holds where the enterprise grants it, and where it comes from', async () => {
    expect(await run('enterprise', 'grant', '--pin', 'acme')).toContain(
      'acme, "acme", 1 user, Comms API enabled',
    );
    await run('enterprise', 'trust', '--pin', 'acme', '--state', 'verified');
    expect(await run('user', 'revoke', ...who)).toMatch(
      /Comms API enabled by the enterprise \(not of its own\), trust verified by the enterprise \(own pending\)\n$/,
    );
    expect(await runJson('user', 'revoke', ...who)).toMatchObject({
      commsEnabled: false,
      mayUseComms: true,
      trust: 'pending',
      trusted: true,
    });
    await run('user', 'grant', ...who);
    expect(await runJson('enterprise', 'revoke', '--pin', 'acme')).toMatchObject({ commsEnabled: false });
    expect(await runJson('user', 'list', '--enterprise', 'acme')).toMatchObject([
      { commsEnabled: true, mayUseComms: true },
    ]);
  });

  it('say when there is no such user', async () => {
    await expect(run('user', 'grant', '--email', 'nobody@example.com')).rejects.toThrow(
      'there is no user nobody@example.com',
    );
  });
});

describe('user password, disable, enable and limit', () => {
  const bob = ['--email', 'bob@example.com'];
  const familyOf = async (userId: string): Promise<string> => {
    await sql(
      `WITH client AS (INSERT INTO clients (id, secret_hash) VALUES ('logins', '') ON CONFLICT DO NOTHING)
       SELECT`,
    );
    const [family] = await sql<{ id: string }>(
      `INSERT INTO token_families (id, user_id, client_id, scope) VALUES (gen_random_uuid(), $1, 'logins', '{}')
       RETURNING id`,
      [userId],
    );
    return (family as { id: string }).id;
  };
  const isRevoked = async (family: string): Promise<boolean> =>
    (await sql('SELECT FROM token_families WHERE id = $1 AND revoked_at IS NOT NULL', [family])).length > 0;

  it('a new password ends the logins with the old one', async () => {
    const { userId } = await runJson<{ userId: string }>(
      'user',
      'create',
      ...bob,
      '--password',
      'first password',
    );
    const family = await familyOf(userId);
    await runTyping('second password', 'user', 'password', ...bob, '--password', '-');
    expect(await logIn(sql, 'bob@example.com', 'first password')).toBeUndefined();
    expect(await logIn(sql, 'bob@example.com', 'second password')).toBeDefined();
    expect(await isRevoked(family)).toBe(true);
  });

  it('a disabled user cannot log in until enabled again, and has lost the logins there were', async () => {
    const { userId } = await runJson<{ userId: string }>('user', 'grant', ...bob);
    const family = await familyOf(userId);
    expect(await run('user', 'disable', ...bob)).toMatch(/, disabled\n$/);
    expect(await isRevoked(family)).toBe(true);
    expect(await logIn(sql, 'bob@example.com', 'second password')).toBeUndefined();
    expect(await runJson('user', 'enable', ...bob)).toMatchObject({ disabled: false });
    expect(await logIn(sql, 'bob@example.com', 'second password')).toBeDefined();
  });

  it('limits are set one by one, and go back to the usual ones', async () => {
    expect(await run('user', 'limit', ...bob, '--guest', '1000', '--other', '50')).toMatch(
      /, guest limit 1000\/min, other limit 50\/min\n$/,
    );
    expect(await runJson('user', 'limit', ...bob, '--guest', 'default', '--send', '1')).toMatchObject({
      rateLimits: { send: 1, other: 50 },
    });
  });
});

describe('enterprise create and list', () => {
  it('makes an enterprise once', async () => {
    const made = await runJson('enterprise', 'create', '--pin', 'globex', '--name', 'Globex Événements');
    expect(made).toMatchObject({ pin: 'globex', name: 'Globex Événements', commsEnabled: false, users: 0 });
    await expect(run('enterprise', 'create', '--pin', 'globex', '--name', 'Again')).rejects.toThrow(
      'There is an enterprise with the PIN globex already.',
    );
    expect(await run('enterprise', 'list')).toContain('globex, "Globex Événements", 0 users');
  });

  it('says when there is no such enterprise', async () => {
    await expect(run('enterprise', 'grant', '--pin', 'nobody')).rejects.toThrow(
      'There is no enterprise with the PIN nobody.',
    );
  });
});

describe('client create, list and delete', () => {
  it('makes a client, and replaces its secret when run again', async () => {
    const secret = 'first-secret-0123456789';
    expect(await runJson('client', 'create', '--id', 'demo', '--secret', secret)).toEqual({
      clientId: 'demo',
      created: true,
    });
    expect(await clientMatches(sql, 'demo', secret)).toBe(true);
    expect(await run('client', 'create', '--id', 'demo', '--secret', 'second-secret-012345678')).toBe(
      'replaced the secret of client demo\n',
    );
    expect(await clientMatches(sql, 'demo', secret)).toBe(false);
  });

  it('makes a secret where none is chosen, and shows it once', async () => {
    const made = await runJson<{ clientSecret: string }>('client', 'create', '--id', 'minted');
    expect(made.clientSecret).toHaveLength(43);
    expect(await clientMatches(sql, 'minted', made.clientSecret)).toBe(true);
    expect(await run('client', 'list')).toMatch(/^minted, created 2/m);
  });

  it('deletes a client', async () => {
    expect(await runJson('client', 'delete', '--id', 'minted')).toEqual({
      clientId: 'minted',
      deleted: true,
    });
    await expect(run('client', 'delete', '--id', 'minted')).rejects.toThrow('There is no client minted.');
  });
});

describe('key create, list and revoke', () => {
  const key = ['key', 'create', '--email', 'ada@example.com', '--name', 'Shop', '--scopes', 'guests,comms'];

  it('makes a key that is shown once, lists it without, and revokes it', async () => {
    const made = await runJson<{ id: string; key: string; prefix: string }>(
      ...key,
      '--expires',
      '2099-01-31',
    );
    expect(made).toMatchObject({
      key: expect.stringMatching(/^qk_\w{49}$/),
      name: 'Shop',
      scopes: ['comms', 'guests'],
      expiresAt: '2099-01-31T00:00:00.000Z',
      lastUsed: null,
    });
    const listed = await run('key', 'list', '--email', 'ada@example.com');
    expect(listed).toContain(`${made.id}, ${made.prefix}…, "Shop", scopes comms guests, expires 2099`);
    expect(listed).not.toContain(made.key);
    await run('key', 'revoke', '--id', made.id.toUpperCase());
    expect(await run('key', 'list', '--email', 'ada@example.com')).toBe('there are no keys\n');
    await expect(run('key', 'revoke', '--id', made.id)).rejects.toThrow(`There is no key ${made.id}.`);
  });

  it('makes operator keys apart from those of accounts', async () => {
    const text = await run('key', 'create', '--admin', '--name', 'back office');
    expect(text).toMatch(/^created operator key: .*\nqa_\w{49}\nIt is not shown again\.\n$/);
    await expect(run('key', 'create', '--admin', '--name', 'back office')).rejects.toThrow('already');
    const [listed] = await runJson<{ id: string }[]>('key', 'list', '--admin');
    expect(listed).toMatchObject({ name: 'back office', prefix: expect.stringMatching(/^qa_\w{6}$/) });
    expect(await run('key', 'revoke', '--id', listed?.id ?? '')).toContain('"back office"');
  });
});

describe('signing-key rotate', () => {
  it('makes a key that signs later, and only one at a time', async () => {
    const made = await runJson<{ kid: string; signsFrom: string }>('signing-key', 'rotate');
    expect(Date.parse(made.signsFrom)).toBeGreaterThan(Date.now());
    expect(await run('signing-key', 'rotate')).toMatch(
      new RegExp(`^a rotation is under way already, with signing key ${made.kid}, which signs from 2`),
    );
    const replaced = await runJson<{ kid: string; created: boolean }>('signing-key', 'rotate', '--leaked');
    expect(replaced.created).toBe(true);
    expect(await sql('SELECT kid FROM signing_keys')).toEqual([{ kid: replaced.kid }]);
  });

  it('says which setting it lacks', async () => {
    const env = { DATABASE_URL: database.url };
    await expect(runAdmin(['signing-key', 'rotate'], { env, stdin: Readable.from([]) })).rejects.toThrow(
      'SECRET_KEYS is missing',
    );
  });
});

describe('the audit', () => {
  it('tells who did what to whom, without any secret', async () => {
    const entries = await sql<{ actor: string; action: string; subject: string; details: object }>(
      'SELECT actor, action, subject, details FROM audit',
    );
    const actions = new Set(entries.map(({ action }) => action));
    for (const action of [
      ...['user.create', 'user.grant', 'user.revoke', 'user.trust', 'user.password', 'user.disable'],
      ...['user.enable', 'user.limit', 'enterprise.create', 'enterprise.grant', 'enterprise.revoke'],
      ...['enterprise.trust', 'client.create', 'client.replace', 'client.delete', 'key.create', 'key.revoke'],
      'signing-key.rotate',
    ])
      expect(actions).toContain(action);
    const all = JSON.stringify(entries);
    expect(all).not.toMatch(/correct horse|(first|second) password|secret-0|qk_|qa_|typed in secret/);
    for (const { actor, subject } of entries) {
      expect(actor).toMatch(/^command:./);
      expect(subject).toMatch(/^(user|enterprise|client|key|operator-key|signing-key):[\w-]+$/);
    }
  });
});

describe('a command line that makes no sense', () => {
  const create = ['user', 'create', '--email', 'x@example.com', '--password', 'correct horse'];
  const key = ['key', 'create', '--email', 'ada@example.com', '--name', 'n'];

  it.each([
    [['user', 'delete'], 'there is no command "user delete": there are create, list'],
    [['user', 'creat'], 'there is no command "user creat": did you mean "user create"?'],
    [['usr', 'list'], 'there is no command "usr": did you mean "user"?'],
    [['constructor'], 'there is no command "constructor": there are the groups user, enterprise'],
    [['user', 'create', '--password', 'correct horse'], '--email is missing'],
    [['user', 'create', '--email', 'x', '--password', 'correct horse'], '--email must be an e-mail address'],
    [['user', 'create', '--email', 'x@example.com', '--password', 'short'], '--password must be 8 to 1024'],
    [
      ['user', 'create', '--email', 'x@example.com', '--password', 'with\ttabs in it'],
      'without control characters',
    ],
    [['user', 'create', ...ada, '--trust', 'full'], '--trust must be one of unverified, pending, verified'],
    [['user', 'create', ...ada, '--enterprise', 'a/b'], '--enterprise must be'],
    [['user', 'create', ...ada, '--admin'], "Unknown option '--admin'"],
    [[...create, '--coms'], "Unknown option '--coms'. Did you mean --comms?"],
    [['user', 'list', 'all'], "Unexpected argument 'all'"],
    [['user', 'trust', '--email', 'ada@example.com'], '--state must be one of'],
    [['user', 'limit', '--email', 'ada@example.com'], 'say which limit: --guest, --send, --other'],
    [['user', 'limit', '--email', 'ada@example.com', '--send', '0'], '--send must be a whole number from 1'],
    [
      ['user', 'limit', '--email', 'ada@example.com', '--send', '1e3'],
      '--send must be a whole number from 1',
    ],
    [['enterprise', 'create', '--pin', 'a b', '--name', 'n'], '--pin must be 1 to 64'],
    [['enterprise', 'create', '--pin', 'a', '--name', ' '], '--name must be 1 to 100'],
    [['client', 'create', '--id', 'x', '--secret', 'short'], '--secret must be 16 to 200'],
    [['client', 'create', '--id', 'x', '--secret', 'a'.repeat(40)], '--secret must not be easy to guess'],
    [['client', 'create', '--id', '../x'], '--id must be 1 to 100 letters'],
    [[...key], '--scopes is missing'],
    [[...key, '--scopes', 'all'], '--scopes must be one or more of comms,guests,webhooks,read, each once'],
    [[...key, '--scopes', 'read,read'], '--scopes must be one or more of'],
    [[...key, '--scopes', 'read', '--expires', '2020-01-01'], '--expires must be in the future'],
    [[...key, '--scopes', 'read', '--expires', '2027-02-30'], '--expires must be a day such as'],
    [[...key, '--admin'], '--email does not go with --admin'],
    [['key', 'revoke', '--id', 'qk_x'], "--id must be a key's id as it is listed, not the key itself"],
  ])('%j says so', async (args, message) => {
    await expect(runAlone(...args)).rejects.toThrow(message);
  });

  it('stores nothing and says what is wrong, whatever the options hold', async () => {
    const counts = async (): Promise<unknown> =>
      sql(
        `SELECT (SELECT count(*) FROM users) AS users, (SELECT count(*) FROM enterprises) AS enterprises,
                (SELECT count(*) FROM clients) AS clients, (SELECT count(*) FROM audit) AS audit`,
      );
    const before = await counts();
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\0', '\uD800', "'; --", '%', '-'));
    await fc.assert(
      fc.asyncProperty(text, text, text, async (one, other, third) => {
        for (const args of [
          ['user', 'create', `--email=${one}`, `--password=${other}`, `--enterprise=${third}`],
          ['enterprise', 'create', `--pin=${one}\0`, `--name=${other}`],
          ['client', 'create', `--id=x${one}/`, `--secret=${other}`],
          ['key', 'create', `--email=${one}`, `--name=${other}`, `--scopes=${third}`],
          ['user', 'limit', '--email=ada@example.com', `--guest=${one}.`],
        ])
          await expect(runAlone(...args)).rejects.toBeInstanceOf(UsageError);
      }),
      { numRuns: 50 },
    );
    expect(await counts()).toEqual(before);
  });

  it('without a database says which setting is missing', async () => {
    await expect(runAlone('user', 'list')).rejects.toThrow('DATABASE_URL is missing');
  });
});

describe('the manual', () => {
  it('lists every command, in lines that fit', async () => {
    const manual = await runAlone();
    for (const [name, { commands }] of Object.entries(groups))
      for (const command of Object.keys(commands)) expect(manual).toContain(`qflow-admin ${name} ${command}`);
    expect(await runAlone('--help')).toBe(manual);
    expect(await runAlone('help')).toBe(manual);
  });

  it('explains each command of a group', async () => {
    const manual = await runAlone('user', '--help');
    expect(manual).toContain('qflow-admin user create --email E [--enterprise PIN] --password P');
    expect(manual).toContain('Ends all logins of the user');
    expect(manual).not.toContain('qflow-admin client');
    expect(await runAlone('user', 'create', '--help')).toBe(manual);
    for (const line of manual.split('\n')) expect(line.length).toBeLessThanOrEqual(120);
  });
});
