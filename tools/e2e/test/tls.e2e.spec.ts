import { chown, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startNats, startPostgres, type RunningNats, type RunningPostgres } from '@qflow/local-stack';
import { testAuthority, type TestCertificate } from '@qflow/testing';
import pg from 'pg';
import { AppProcess } from './app-process.js';

/** Both servers with certificates of an authority of our own, and without anything that is not encrypted. */
let folder: string;
let nats: RunningNats;
let postgres: RunningPostgres;
let running: AppProcess[] = [];

const file = (name: string): string => path.join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'qflow-tls-'));
  const [authority, other] = [await testAuthority(), await testAuthority('Somebody Else')];
  await writeFile(file('ca.crt'), authority.cert);
  await writeFile(file('other.crt'), other.cert);
  const certificate = await authority.issue('localhost');
  [nats, postgres] = await Promise.all([startTlsNats(certificate), startTlsPostgres(certificate)]);
});
afterEach(async () => {
  await Promise.all(running.map((one) => one.dispose()));
  running = [];
});
afterAll(async () => {
  await Promise.all([nats?.stop(), postgres?.stop()]);
  await rm(folder, { recursive: true, force: true });
});

async function startTlsNats({ key, cert }: TestCertificate): Promise<RunningNats> {
  await writeFile(file('nats.key'), key);
  await writeFile(file('nats.crt'), cert);
  const args = ['--tls', '--tlscert', file('nats.crt'), '--tlskey', file('nats.key')];
  return startNats({ dataDir: file('nats'), args });
}

async function startTlsPostgres({ key, cert }: TestCertificate): Promise<RunningPostgres> {
  const server = await startPostgres({ dataDir: file('postgres') });
  const { uid, gid } = await stat(server.data);
  const texts = {
    'server.key': key,
    'server.crt': cert,
    'pg_hba.conf': 'hostssl all all all scram-sha-256\n',
  };
  for (const [name, text] of Object.entries(texts)) {
    await writeFile(path.join(server.data, name), text, { mode: 0o600 });
    await chown(path.join(server.data, name), uid, gid);
  }
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  await client.query('ALTER SYSTEM SET ssl = on');
  await client.query('SELECT pg_reload_conf()');
  await client.end();
  return server;
}

function databaseUrl(authority: string): string {
  const url = new URL(postgres.url);
  url.hostname = 'localhost';
  url.search = `sslmode=verify-full&sslrootcert=${file(authority)}`;
  return url.href;
}

const natsUrl = (): string => `nats://localhost:${nats.port}`;

function start(program: string, env: Record<string, string>, app: 'templates' | 'events' = 'templates') {
  const started = new AppProcess(app, program, env);
  running.push(started);
  return started;
}

describe('over TLS', () => {
  it('everything works with the authority that has certified the servers', async () => {
    const streams = start('migrate.js', { NATS_URL: natsUrl(), NATS_CA_FILE: file('ca.crt') }, 'events');
    const migrated = start('migrate.js', { DATABASE_URL: databaseUrl('ca.crt') });
    expect([await streams.exited, await migrated.exited]).toEqual([0, 0]);

    const service = start('main.js', {
      ...{ DATABASE_URL: databaseUrl('ca.crt'), NATS_URL: natsUrl(), NATS_CA_FILE: file('ca.crt') },
    });
    expect((await fetch(`${await service.url()}/health/ready`)).status).toBe(200);
  });

  it('a server that another authority has certified is not talked to', async () => {
    const service = start('main.js', {
      ...{ DATABASE_URL: databaseUrl('other.crt'), NATS_URL: natsUrl(), NATS_CA_FILE: file('other.crt') },
    });
    await service.said(/waiting for NATS: its certificate is not accepted: .* \(NATS_CA_FILE\)/);
    await service.said(/waiting for PostgreSQL: .*certificate/);
  });

  it('public authorities do not do for a server of our own', async () => {
    const { port } = new URL(postgres.url);
    const service = start('main.js', {
      DATABASE_URL: `postgres://postgres:secret@localhost:${port}/postgres?sslmode=verify-full`,
      NATS_URL: natsUrl().replace('nats:', 'tls:'),
    });
    await service.said(/waiting for NATS: its certificate is not accepted/);
    await service.said(/waiting for PostgreSQL: .*certificate/);
  });

  it('a certificate of another host is not accepted', async () => {
    const url = databaseUrl('ca.crt').replace('localhost', '127.0.0.1');
    const service = start('main.js', {
      DATABASE_URL: url,
      NATS_URL: natsUrl(),
      NATS_CA_FILE: file('ca.crt'),
    });
    await service.said(/waiting for PostgreSQL: .*does not match certificate/);
  });

  it('PostgreSQL takes nobody who does not encrypt, so the above was encrypted', async () => {
    const client = new pg.Client({ connectionString: postgres.url });
    await expect(client.connect()).rejects.toThrow(/no encryption/);
  });
});

describe('a server without TLS', () => {
  it('is refused where TLS is asked for', async () => {
    const plain = await startNats({ dataDir: file('plain') });
    try {
      const settings: Record<string, string>[] = [
        { NATS_URL: `nats://localhost:${plain.port}`, NATS_CA_FILE: file('ca.crt') },
        { NATS_URL: `tls://localhost:${plain.port}` },
      ];
      for (const env of settings)
        await start('main.js', { DATABASE_URL: databaseUrl('ca.crt'), ...env }).said(
          /waiting for NATS: server does not support 'tls'/,
        );
    } finally {
      await plain.stop();
    }
  });
});
