import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { inTransaction } from '@qflow/persistence';
import { DataSource } from 'typeorm';
import { Change } from '../src/admin/change.js';
import { runAdmin } from '../src/admin/run-admin.js';
import { UsageError } from '../src/admin/usage-error.js';
import { createOperatorKey } from '../src/api-keys/create-key.js';
import { TestGateway, type Answer, type TestUser } from './support/test-gateway.js';

let gateway: TestGateway;
let operatorKey: string;

beforeAll(async () => {
  gateway = await TestGateway.start();
  const { key } = await inTransaction(gateway.get(DataSource), (sql) =>
    createOperatorKey(new Change(sql, 'spec'), 'back office', null),
  );
  operatorKey = key;
});
afterAll(() => gateway.stop());

const asked = (method: string, { userId }: { userId: string }, body?: unknown): Promise<Answer> =>
  gateway.call(method, `/api/admin/users/${userId}/providers`, {
    token: operatorKey,
    ...(body !== undefined && { body }),
  });

const run = (env: Record<string, string>, ...args: string[]): Promise<string> =>
  runAdmin(args, { env, stdin: Readable.from([]) });
const command = (...args: string[]): Promise<string> => run(gateway.platform.env, 'provider', ...args);
const who = ({ email }: TestUser): string[] => ['--email', email];

/** What the audit says was done to a user, oldest first. */
const audited = ({ userId }: TestUser): Promise<{ actor: string; action: string; details: object }[]> =>
  gateway.sql(
    `SELECT actor, action, details FROM audit WHERE subject = $1 AND action LIKE 'provider.%' ORDER BY id`,
    [`user:${userId}`],
  );

const usual = { providers: ['sendgrid'], own: false, available: ['sendgrid', 'sandbox'] };
const chosen = { ...usual, providers: ['sandbox', 'sendgrid'], own: true };

describe('the providers of an account, over HTTP', () => {
  it('are read, set, and those of the installation again', async () => {
    const user = await gateway.user();
    const other = await gateway.user();
    expect((await asked('GET', user)).body).toEqual(usual);
    expect((await asked('PUT', user, { providers: chosen.providers })).body).toEqual(chosen);
    expect((await asked('GET', { userId: user.userId.toUpperCase() })).body).toEqual(chosen);
    expect(gateway.fakes.sender.providers.get(user.accountId)).toEqual(chosen.providers);
    expect((await asked('GET', other)).body).toEqual(usual);
    expect((await asked('DELETE', user)).body).toEqual(usual);
    expect((await asked('DELETE', user)).body).toEqual(usual);
  });

  it('leave a line in the audit, with who did it', async () => {
    const user = await gateway.user();
    await asked('PUT', user, { providers: ['sandbox'] });
    await asked('DELETE', user);
    const by = { actor: 'operator:back office' };
    const named = { email: user.email, enterprise: null };
    expect(await audited(user)).toEqual([
      { ...by, action: 'provider.set', details: { ...named, providers: ['sandbox'] } },
      { ...by, action: 'provider.reset', details: named },
    ]);
  });

  it.each<[unknown, string]>([
    [{}, '/providers'],
    [{ providers: null }, '/providers'],
    [{ providers: [] }, '/providers'],
    [{ providers: 'sendgrid' }, '/providers'],
    [{ providers: ['mailgun'] }, '/providers/0'],
    [{ providers: ['sendgrid', 7] }, '/providers/1'],
    [{ providers: ['sendgrid', 'sendgrid'] }, '/providers'],
    [{ providers: ['sendgrid', 'smtp'] }, '/providers'],
    [[], '/'],
  ])('%j is a 400 that names %s, and leaves everything as it was', async (body, path) => {
    const user = await gateway.user();
    const answer = await asked('PUT', user, body);
    expect([answer.status, answer.body.code]).toEqual([400, 'validation_error']);
    expect((answer.body.errors as { path: string }[]).map((one) => one.path)).toContain(path);
    expect((await asked('GET', user)).body).toEqual(usual);
    expect(await audited(user)).toEqual([]);
  });

  it('of a user nobody knows are a 404', async () => {
    const nobody = { userId: randomUUID() };
    const answers = [
      await asked('GET', nobody),
      await asked('PUT', nobody, { providers: ['sandbox'] }),
      await asked('DELETE', nobody),
    ];
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
    expect((await asked('GET', { userId: 'x' })).body).toMatchObject({
      status: 400,
      errors: [{ path: '/id' }],
    });
  });

  it('are for operators alone', async () => {
    const user = await gateway.user();
    const path = `/api/admin/users/${user.userId}/providers`;
    for (const method of ['GET', 'PUT', 'DELETE'])
      expect((await gateway.call(method, path, { token: user.token })).body.code).toBe('insufficient_scope');
  });
});

describe('the providers of an account, by command', () => {
  it('are shown, set and reset', async () => {
    const user = await gateway.user();
    expect(await command('show', ...who(user))).toBe(
      `${user.email}, account ${user.accountId}, sends through sendgrid as every account without a list of its own, ` +
        'configured are sendgrid, sandbox\n',
    );
    expect(await command('set', ...who(user), '--providers', 'sandbox, sendgrid')).toContain(
      'sends through sandbox, then sendgrid, configured',
    );
    const { userId, accountId, email } = user;
    const json: unknown = JSON.parse(await command('show', ...who(user), '--json'));
    expect(json).toEqual({ userId, accountId, email, enterprise: null, ...chosen });
    expect(await command('reset', ...who(user))).toContain('sends through sendgrid as every account');
    expect((await audited(user)).map(({ action, actor }) => [action, actor.split(':')[0]])).toEqual([
      ['provider.set', 'command'],
      ['provider.reset', 'command'],
    ]);
  });

  it('are found by the enterprise too', async () => {
    const pin = randomUUID();
    const user = await gateway.user({ pin });
    expect(await command('show', ...who(user), '--enterprise', pin)).toContain(
      `${pin}/${user.email}, account`,
    );
    await expect(command('show', ...who(user))).rejects.toThrow(`there is no user ${user.email}`);
  });

  it.each([
    [[], '--providers is missing'],
    [['--providers', 'mailgun'], '--providers must be one or more of sendgrid,smtp,sandbox, each once'],
    [['--providers', 'sendgrid,'], '--providers must be one or more of'],
    [['--providers', 'smtp,smtp'], '--providers must be one or more of'],
    [['--provider', 'smtp'], "Unknown option '--provider'. Did you mean --providers?"],
  ])('%j is refused before anything is asked', async (options, message) => {
    const refused = run({}, 'provider', 'set', '--email', 'ada@example.com', ...options);
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(message);
  });

  it('that the installation is not configured for are refused by the sender', async () => {
    const user = await gateway.user();
    await expect(command('set', ...who(user), '--providers', 'smtp')).rejects.toMatchObject({
      code: 'validation_error',
      detail: '/providers must not hold smtp: it is not configured',
    });
    expect(await audited(user)).toEqual([]);
  });

  it('need NATS, and say so', async () => {
    const user = await gateway.user();
    const { NATS_URL: _, ...env } = gateway.platform.env;
    await expect(run(env, 'provider', 'show', ...who(user))).rejects.toThrow('NATS_URL is missing');
    const away = { ...env, NATS_URL: 'nats://127.0.0.1:1' };
    await expect(run(away, 'provider', 'show', ...who(user))).rejects.toThrow(
      'the NATS of NATS_URL, over which the sender is asked, does not answer',
    );
  });
});

describe('without a sender', () => {
  // Last: it does not come back.
  it('the answer is a 503, and the audit tells of nothing', async () => {
    const user = await gateway.user();
    gateway.fakes.sender.leaveProviders();
    for (const answer of [
      await asked('GET', user),
      await asked('PUT', user, { providers: ['sandbox'] }),
      await asked('DELETE', user),
    ]) {
      expect([answer.status, answer.body.code]).toEqual([503, 'unavailable']);
      expect(answer.headers.get('retry-after')).toBe('2');
    }
    await expect(command('reset', ...who(user))).rejects.toMatchObject({ code: 'unavailable' });
    expect(await audited(user)).toEqual([]);
  });
});
