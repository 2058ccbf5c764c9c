import { createServer, type AddressInfo } from 'node:net';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { removePostgres, startPostgres, type RunningPostgres } from '../src/index.js';
import { removeFolder, temporaryFolder } from './support/temporary-folder.js';

let folder: string;
let servers: RunningPostgres[];

beforeEach(async () => {
  folder = await temporaryFolder();
  servers = [];
});

afterEach(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  await removeFolder(folder);
});

async function start(options: { port?: number; dataDir?: string; log?: (line: string) => void } = {}) {
  const server = await startPostgres({ dataDir: folder, ...options });
  servers.push(server);
  return server;
}

async function query(server: RunningPostgres, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: server.url });
  // A server that is killed under a client is what some tests are about.
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('startPostgres', () => {
  it('starts PostgreSQL 18 that commits synchronously and listens on the loopback only', async () => {
    const server = await start();

    const [settings] = await query(
      server,
      `select current_setting('server_version_num')::int / 10000 as major,
              current_setting('synchronous_commit') as commit, current_setting('listen_addresses') as addresses`,
    );

    expect(settings).toEqual({ major: 18, commit: 'on', addresses: '127.0.0.1' });
  });

  it('makes the database that was asked for, and finds it again', async () => {
    const first = await startPostgres({ dataDir: folder, database: 'some name' });
    servers.push(first);
    expect(await query(first, 'select current_database() as name')).toEqual([{ name: 'some name' }]);
    await first.stop();

    const second = await startPostgres({ dataDir: folder, database: 'some name' });
    servers.push(second);
    expect(await query(second, 'select current_database() as name')).toEqual([{ name: 'some name' }]);
  });

  it('keeps what was committed through a kill -9', async () => {
    const first = await start();
    await query(first, 'create table guests as select 7 as id');
    process.kill(first.pid, 'SIGKILL');
    await expect(first.exited).resolves.toEqual({ code: null, signal: 'SIGKILL' });

    const second = await start({ port: first.port });

    expect(await query(second, 'select id from guests')).toEqual([{ id: 7 }]);
    expect(second.url).toBe(first.url);
  });

  it('stops the server that an earlier run left on the same data', async () => {
    const leftOver = await start();
    await query(leftOver, 'create table guests as select 7 as id');
    const said: string[] = [];

    const server = await start({ log: (line) => said.push(line) });

    await leftOver.exited;
    expect(said.join()).toContain(`(pid ${leftOver.pid})`);
    expect(await query(server, 'select id from guests')).toEqual([{ id: 7 }]);
  });

  it('is not kept from starting by a lock file whose pid belongs to somebody else by now', async () => {
    const first = await start();
    const lockFile = path.join(first.data, 'postmaster.pid');
    const lock = await readFile(lockFile, 'utf8');
    process.kill(first.pid, 'SIGKILL');
    await first.exited;
    await writeFile(lockFile, lock.replace(/^\d+/, String(process.pid)));

    const second = await start();

    expect(await query(second, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('says what PostgreSQL said when the port it was given is taken', async () => {
    const occupant = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => occupant.once('listening', resolve));
    const { port } = occupant.address() as AddressInfo;
    try {
      await expect(start({ port })).rejects.toThrow(
        /PostgreSQL ended while starting[^]*Address already in use/,
      );
    } finally {
      occupant.close();
    }
  });

  it('works in a folder that only the caller may enter, and says where the data is', async () => {
    const closed = path.join(folder, 'closed');
    await mkdir(closed);
    await chmod(closed, 0o700);
    const dataDir = path.join(closed, 'postgres');
    const said: string[] = [];

    const server = await start({ dataDir, log: (line) => said.push(line) });

    // Only root has to lend PostgreSQL another account, and only that account is shut out.
    const asRoot = process.getuid?.() === 0;
    expect(await query(server, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(server.data.startsWith(dataDir)).toBe(!asRoot);
    expect(said.some((line) => line.includes(path.dirname(server.data)))).toBe(asRoot);
    await server.stop();
    await removePostgres(dataDir);
    await expect(readFile(path.join(server.data, 'PG_VERSION'))).rejects.toThrow('ENOENT');
  });
});
