import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  freePort,
  startNats,
  startPostgres,
  type RunningNats,
  type RunningPostgres,
  type ServiceName,
} from '@qflow/local-stack';
import pg from 'pg';
import { AppProcess } from './app-process.js';

/** Programs of the apps by themselves, with servers that come later than they do. */
let folder: string;
let postgresPort: number;
let natsPort: number;
let postgres: RunningPostgres;
let nats: RunningNats;
let running: AppProcess[] = [];

const natsUsers = ['gateway', 'templates', 'sender', 'events', 'webhooks', 'streams'];
const users = Object.fromEntries(natsUsers.map((user) => [user, `p-${user}`]));

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'qflow-boot-'));
  [postgresPort, natsPort] = [await freePort(), await freePort()];
});
afterEach(async () => {
  await Promise.all(running.map((one) => one.dispose()));
  running = [];
});
afterAll(async () => {
  await Promise.all([postgres?.stop(), nats?.stop()]);
  await rm(folder, { recursive: true, force: true });
});

function start(app: ServiceName, program: string, env: Record<string, string>): AppProcess {
  const started = new AppProcess(app, program, env);
  running.push(started);
  return started;
}

const natsAs = (user: string): Record<string, string> => ({
  NATS_URL: `nats://127.0.0.1:${natsPort}`,
  NATS_USER: user,
  NATS_PASSWORD: `p-${user}`,
});

const templates = (databaseUrl: string, env: Record<string, string> = {}): AppProcess =>
  start('templates', 'main.js', { DATABASE_URL: databaseUrl, ...natsAs('templates'), ...env });

const migrate = (databaseUrl: string): AppProcess =>
  start('templates', 'migrate.js', { DATABASE_URL: databaseUrl });

const makeStreams = (): AppProcess => start('events', 'migrate.js', natsAs('streams'));

async function sql(...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

const nowhere = 'postgres://qflow:secret@127.0.0.1:1/qflow';

describe('before its servers are there', () => {
  it('a service says what it waits for and ends at once when it is told to', async () => {
    const service = templates(nowhere);
    expect(await service.said(/waiting for NATS/)).toContain('connection refused');
    expect(await service.said(/waiting for PostgreSQL/)).toContain('ECONNREFUSED');
    service.kill('SIGTERM');
    expect(await service.exited).toBe(0);
    expect(service.lines.join()).not.toContain('listening');
  });

  it('a program that brings something up to date ends at once when it is told to, and not by the signal itself', async () => {
    for (const [signal, code] of [
      ['SIGTERM', 143],
      ['SIGINT', 130],
    ] as const) {
      const program = migrate(nowhere);
      await program.said(/waiting for PostgreSQL/);
      program.kill(signal);
      // By the signal itself it would have no code. In a container it would not end at all: nothing ends a first process
      // that does not listen.
      expect(await program.exited).toBe(code);
    }
  });

  it('a setting that is wrong ends it with 78 all the same', async () => {
    const service = templates(nowhere, { NATS_PASSWORD: '', DATABASE_POOL: 'many' });
    expect(await service.exited).toBe(78);
    expect(service.lines.join()).toContain('DATABASE_POOL is "many"');
    const alone = templates(nowhere, { NATS_PASSWORD: '' });
    expect(await alone.exited).toBe(78);
    expect(alone.lines.join()).toContain('NATS_PASSWORD is missing, but NATS_USER is set.');
  });

  it('everything may be started at once and comes up when they are there', async () => {
    const database = (password: string) =>
      `postgres://postgres:${encodeURIComponent(password)}@127.0.0.1:${postgresPort}/postgres`;
    const tooEarly = templates(database('not known yet'));
    await tooEarly.said(/waiting for NATS/);
    const streams = makeStreams();
    await streams.said(/waiting for NATS/);

    nats = await startNats({ dataDir: path.join(folder, 'nats'), port: natsPort, users });
    postgres = await startPostgres({ dataDir: path.join(folder, 'postgres'), port: postgresPort });

    expect(await tooEarly.said(/waiting for PostgreSQL: password/)).toContain(
      'password authentication failed',
    );
    await streams.said(/streams SENDS, PROVIDER, EVENTS, DEAD are up to date, 1 copy each/);
    expect(await streams.exited).toBe(0);

    const service = templates(postgres.url);
    expect(await service.said(/waiting for schema templates/)).toContain('migrations have not run');
    const both = [migrate(postgres.url), migrate(postgres.url)];
    expect(await Promise.all(both.map((one) => one.exited))).toEqual([0, 0]);
    expect((await fetch(`${await service.url()}/health/ready`)).status).toBe(200);
  });
});

describe('when its servers are there', () => {
  it('a service names the user that NATS refuses, and waits until somebody mends it', async () => {
    const service = templates(postgres.url, { NATS_PASSWORD: 'p-old' });
    await service.said(/waiting for NATS: it refuses the user templates; .*NATS_PASSWORD/);
    service.kill('SIGTERM');
    expect(await service.exited).toBe(0);
  });

  it('a service of the version before runs on a newer schema', async () => {
    await sql(`INSERT INTO templates.migrations (timestamp, name) VALUES (9999999999999, 'OfTomorrow')`);
    expect((await fetch(`${await templates(postgres.url).url()}/health/ready`)).status).toBe(200);
    const migrated = migrate(postgres.url);
    expect(await migrated.exited).toBe(0);
  });

  it('a role of its own, which may create no schema, migrates and serves in the one that it was given', async () => {
    await sql(
      `CREATE ROLE templates_only LOGIN PASSWORD 'secret'`,
      'CREATE DATABASE own',
      'REVOKE ALL ON DATABASE own FROM PUBLIC',
      'GRANT CONNECT ON DATABASE own TO templates_only',
    );
    const url = new URL(postgres.url);
    url.pathname = '/own';
    const admin = new pg.Client({ connectionString: url.href });
    await admin.connect();
    await admin.query('CREATE SCHEMA templates AUTHORIZATION templates_only');
    await admin.end();
    [url.username, url.password] = ['templates_only', 'secret'];

    const migrated = migrate(url.href);
    expect(await migrated.said(/schema templates is up to date, ran/)).toBeDefined();
    expect(await migrated.exited).toBe(0);
    expect((await fetch(`${await templates(url.href).url()}/health/ready`)).status).toBe(200);
  });

  it('streams that the user may not make are told of, and the job fails', async () => {
    const streams = start('events', 'migrate.js', natsAs('events'));
    expect(await streams.exited).toBe(1);
    expect(streams.lines).toEqual([
      'the streams cannot be made: NATS does not let events publish to $JS.API.INFO',
    ]);
  });
});
