import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createDataSource, sqlOf, type Sql } from '@qflow/persistence';
import { testDatabase, type TestDatabase } from '@qflow/testing';
import type { DataSource } from 'typeorm';
import { runAdmin } from '../src/admin/run-admin.js';
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

const run = (...args: string[]): Promise<string> => runAdmin(args, { DATABASE_URL: database.url });
const runJson = async (...args: string[]): Promise<Record<string, unknown>> =>
  JSON.parse(await run(...args, '--json')) as Record<string, unknown>;

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
      created: true,
    });
    expect(await logIn(sql, 'ADA@example.com', '-correct horse')).toEqual({
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
});

describe('user grant, revoke and trust', () => {
  it('change the account of that user', async () => {
    const who = ['--email', 'ada@example.com', '--enterprise', 'acme'];
    expect(await runJson('user', 'grant', ...who)).toMatchObject({ commsEnabled: true });
    expect(await runJson('user', 'revoke', ...who)).toMatchObject({ commsEnabled: false });
    expect(await run('user', 'trust', ...who, '--state', 'pending')).toMatch(
      /^changed acme\/.*, trust pending\n$/,
    );
  });

  it('say when there is no such user', async () => {
    await expect(run('user', 'grant', '--email', 'nobody@example.com')).rejects.toThrow(
      'there is no user nobody@example.com',
    );
  });
});

describe('client create', () => {
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
});

describe('a command line that makes no sense', () => {
  it.each([
    [['user', 'delete'], 'there is no command "user delete"'],
    [['constructor'], 'there is no command "constructor"'],
    [['user', 'create', '--password', 'correct horse'], '--email is missing'],
    [['user', 'create', '--email', 'x', '--password', 'correct horse'], '--email must be an e-mail address'],
    [['user', 'create', '--email', 'x@example.com', '--password', 'short'], '--password must be 8 to 1024'],
    [
      ['user', 'create', '--email', 'x@example.com', '--password', 'emoji 😀 123'],
      '--password must not contain',
    ],
    [['user', 'create', ...ada, '--trust', 'full'], '--trust must be one of unverified, pending, verified'],
    [['user', 'create', ...ada, '--enterprise', 'a/b'], '--enterprise must be'],
    [['user', 'create', ...ada, '--admin'], "Unknown option '--admin'"],
    [['user', 'list', 'all'], "Unexpected argument 'all'"],
    [['user', 'trust', '--email', 'ada@example.com'], '--state must be one of'],
    [['client', 'create', '--id', 'x', '--secret', 'short'], '--secret must be at least 16'],
  ])('%j says so', async (args, message) => {
    await expect(run(...args)).rejects.toThrow(message);
  });

  it('with --help, or nothing at all, gets the manual', async () => {
    expect(await runAdmin([], {})).toContain('qflow-admin user create --email E');
    expect(await runAdmin(['user', 'create', '--help'], {})).toContain('qflow-admin client create');
  });

  it('without a database says which setting is missing', async () => {
    await expect(runAdmin(['user', 'list'], {})).rejects.toThrow('DATABASE_URL is missing');
  });
});
