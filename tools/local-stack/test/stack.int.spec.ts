import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connect } from '@nats-io/transport-node';
import pg from 'pg';
import { identify } from '../src/bootstrap/process-identity.js';
import {
  resetStack,
  StackLockedError,
  startStack,
  type RunningStack,
  type StackOptions,
} from '../src/index.js';
import type { NatsPasswords, Secrets } from '../src/stack/secrets.js';
import { serviceNames } from '../src/stack/services.js';
import type { ProcessName, StackInfo } from '../src/stack/stack-info.js';
import { fakeWorkspace, type FakeWorkspace } from './support/fake-workspace.js';
import { removeFolder, temporaryFolder } from './support/temporary-folder.js';
import { until } from './support/until.js';

const everything: ProcessName[] = [...serviceNames, 'nats', 'postgres'];

let folder: string;
let dataDir: string;
let workspace: FakeWorkspace;
let running: RunningStack[];
let said: string[];

beforeEach(async () => {
  folder = await temporaryFolder();
  dataDir = path.join(folder, 'data');
  workspace = await fakeWorkspace(path.join(folder, 'workspace'));
  running = [];
  said = [];
});

afterEach(async () => {
  await Promise.all(running.map((stack) => stack.stop()));
  await removeFolder(folder);
});

async function start(options: Partial<StackOptions> = {}): Promise<RunningStack> {
  const stack = await startStack({
    dataDir,
    root: workspace.root,
    log: (line) => said.push(line),
    ...options,
  });
  running.push(stack);
  return stack;
}

const stackFile = async () =>
  JSON.parse(await readFile(path.join(dataDir, 'stack.json'), 'utf8')) as StackInfo;
const isAlive = (pid: number | undefined) => pid !== undefined && identify(pid) !== undefined;

async function environmentOf(url: string): Promise<Record<string, string>> {
  return (await (await fetch(`${url}/env`)).json()) as Record<string, string>;
}

describe('a stack with servers of its own', () => {
  it('migrates, starts everything, makes the demo account and writes it all to stack.json', async () => {
    const stack = await start();

    const journal = await workspace.journal();
    expect(journal).toContain('migrate events');
    for (const name of ['gateway', 'templates', 'sender', 'webhooks']) {
      expect(journal.indexOf(`migrate ${name}`)).toBeLessThan(journal.indexOf(`start ${name}`));
    }
    const { demo } = stack.info;
    expect(journal).toContain(
      `admin user create --email=${demo.username} --password=${demo.password} --trust verified --comms --json`,
    );
    expect(journal).toContain(
      `admin client create --id=${demo.clientId} --secret=${demo.clientSecret} --json`,
    );
    expect(await stackFile()).toEqual(stack.info);
    expect((await stat(path.join(dataDir, 'stack.json'))).mode & 0o777).toBe(0o600);
    expect((await stat(path.join(dataDir, 'secrets.json'))).mode & 0o777).toBe(0o600);
    expect(Object.keys(stack.info.processes).sort()).toEqual([...everything].sort());
    expect(Object.values(stack.info.processes).every(isAlive)).toBe(true);
  });

  it('gives each service the NATS user that it is, and lets nobody else in', async () => {
    const { info } = await start();
    const passwords = info.natsPasswords as NatsPasswords;

    for (const name of ['gateway', 'templates', 'sender', 'events', 'webhooks'] as const) {
      const { NATS_USER, NATS_PASSWORD } = await environmentOf(info.services[name]);
      expect({ NATS_USER, NATS_PASSWORD }).toEqual({ NATS_USER: name, NATS_PASSWORD: passwords[name] });
    }
    expect(await environmentOf(info.sandbox)).not.toHaveProperty('NATS_USER');
    await expect(connect({ servers: info.natsUrl })).rejects.toThrow('Authorization Violation');
    const streams = await connect({ servers: info.natsUrl, user: 'streams', pass: passwords.streams });
    await streams.close();
  });

  it('goes on with the data of a version that had no users of NATS yet', async () => {
    const first = await start();
    await first.stop();
    const secretsFile = path.join(dataDir, 'secrets.json');
    const { natsPasswords, ...before } = JSON.parse(await readFile(secretsFile, 'utf8')) as Secrets;
    await writeFile(secretsFile, JSON.stringify(before));

    const { info } = await start();

    expect(JSON.parse(await readFile(secretsFile, 'utf8'))).toEqual({
      ...before,
      natsPasswords: info.natsPasswords,
    });
    expect(info.natsPasswords).not.toEqual(natsPasswords);
    expect((await stat(secretsFile)).mode & 0o777).toBe(0o600);
  });

  it('starts again whatever dies, on the same port, and says so', async () => {
    const stack = await start();
    const before = stack.info;

    for (const name of ['sender', 'nats', 'postgres'] as const) {
      const pid = await stack.kill(name);
      expect(pid).not.toBe(before.processes[name]);
      expect(said).toContainEqual(
        expect.stringContaining(`${name} ended (killed by SIGKILL); starting it again`),
      );
      await until(() => said.includes(`${name} is back (pid ${pid})`));
      await until(async () => (await stackFile()).processes[name] === pid);
    }

    const after = stack.info;
    expect({ ...after, processes: {} }).toEqual({ ...before, processes: {} });
    expect((await environmentOf(after.services.sender)).PORT).toBe(new URL(before.services.sender).port);
  });

  it('keeps data, secrets, ports and the demo account over a restart', async () => {
    const first = await start();
    const before = first.info;
    const client = new pg.Client({ connectionString: before.databaseUrl });
    await client.connect();
    await client.query('create table kept as select 7 as id');
    await client.end();
    await first.stop();
    await expect(stackFile()).rejects.toThrow('ENOENT');

    const { info } = await start();

    expect({ ...info, processes: {} }).toEqual({ ...before, processes: {} });
    const again = new pg.Client({ connectionString: info.databaseUrl });
    await again.connect();
    expect((await again.query('select id from kept')).rows).toEqual([{ id: 7 }]);
    await again.end();
    const created = (await workspace.journal()).filter((line) => line.startsWith('admin'));
    expect(created).toHaveLength(2);
  });
});

describe('a stack on the servers of DATABASE_URL and NATS_URL', () => {
  const elsewhere = {
    DATABASE_URL: 'postgres://somebody@elsewhere.test/db',
    NATS_URL: 'nats://elsewhere.test',
  };

  beforeEach(() => void Object.assign(process.env, elsewhere));
  afterEach(() => {
    for (const name of Object.keys(elsewhere)) delete process.env[name];
  });

  it('starts no server, wires the services to each other and lets the caller change the rest', async () => {
    const stack = await start({
      env: { UNKNOWN_GRACE_SECONDS: '1' },
      serviceEnv: { sender: { LOG_LEVEL: 'debug' } },
    });
    const { info } = stack;

    expect(info).toMatchObject({ databaseUrl: elsewhere.DATABASE_URL, natsUrl: elsewhere.NATS_URL });
    expect(info).not.toHaveProperty('natsPasswords');
    expect(await environmentOf(info.services.sender)).not.toHaveProperty('NATS_USER');
    expect(Object.keys(info.processes).sort()).toEqual([...serviceNames].sort());
    expect(await environmentOf(info.services.sender)).toMatchObject({
      ...elsewhere,
      PROVIDERS: 'sandbox',
      SANDBOX_URL: info.sandbox,
      UNKNOWN_GRACE_SECONDS: '1',
      WEBHOOK_ALLOW_CIDRS: '127.0.0.0/8,::1/128',
      LOG_LEVEL: 'debug',
    });
    const sandbox = await environmentOf(info.sandbox);
    const sender = await environmentOf(info.services.sender);
    expect(sandbox.SANDBOX_EVENT_WEBHOOK_URL).toBe(`${info.ingest}/ingest/sendgrid`);
    expect(sandbox.SANDBOX_API_KEY).toBe(sender.SANDBOX_API_KEY);
    expect(sandbox.NODE_ENV).toBeUndefined();
  });

  it('leaves nothing running when a service does not come up, and passes on its last words', async () => {
    await workspace.replace('sender', `console.error('SANDBOX_URL is missing'); process.exit(78);`);

    await expect(start()).rejects.toThrow(
      /sender ended while starting \(exit code 78\)[^]*SANDBOX_URL is missing/,
    );

    const recorded = JSON.parse(await readFile(path.join(dataDir, 'processes.json'), 'utf8')) as object;
    expect(recorded).toEqual({});
    expect(await readdir(dataDir)).not.toContain('supervisor.lock');
    expect(await readdir(dataDir)).not.toContain('stack.json');
  });

  it('can be called off while it starts', async () => {
    const caller = new AbortController();
    await workspace.replace(
      'sender',
      `setInterval(() => {}, 1000); process.on('SIGTERM', () => process.exit(0));`,
    );
    const starting = start({ signal: caller.signal });
    starting.catch(() => {});
    await until(async () => (await workspace.journal()).includes('start gateway'));

    caller.abort();

    await expect(starting).rejects.toThrow();
    expect(await readdir(dataDir)).not.toContain('supervisor.lock');
    expect(await readFile(path.join(dataDir, 'processes.json'), 'utf8')).toBe('{}\n');
  });

  it('does not start twice on one folder', async () => {
    await start();
    await expect(start()).rejects.toThrow(StackLockedError);
  });

  it('names the port that was asked for when it is taken', async () => {
    const occupant = createServer().listen(0, '127.0.0.1');
    await once(occupant, 'listening');
    const { port } = occupant.address() as AddressInfo;

    await expect(start({ port })).rejects.toThrow(`Port ${port} is taken`);

    occupant.close();
    expect(await readdir(dataDir)).not.toContain('supervisor.lock');
  });

  it('ends what a killed run left behind, and nobody else', async () => {
    const leftOver = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await Promise.all([once(leftOver, 'spawn'), once(stranger, 'spawn')]);
    await mkdir(dataDir, { recursive: true });
    const recycled = { pid: stranger.pid, started: 'long ago' };
    const processes = { sender: identify(leftOver.pid as number), templates: recycled };
    await writeFile(path.join(dataDir, 'processes.json'), JSON.stringify(processes));

    await start();

    expect(said.join()).toContain('stopped what it left behind: sender.');
    expect(isAlive(leftOver.pid)).toBe(false);
    expect(isAlive(stranger.pid)).toBe(true);
    stranger.kill();
  });

  it('shows what services warn about, and keeps everything in their logs', async () => {
    const lines = [
      { level: 'info', msg: 'routine' },
      { level: 'warn', msg: 'slow provider' },
    ];
    await workspace.replace(
      'events',
      `import { createServer } from 'node:http';
       createServer((request, response) => {
         response.end();
         if (request.url === '/warn') for (const line of ${JSON.stringify(lines)}) console.log(JSON.stringify(line));
       }).listen(Number(process.env.PORT), process.env.HOST);`,
    );
    const stack = await start();

    await (await fetch(`${stack.info.services.events}/warn`)).text();
    await until(() => said.includes('events  warn: slow provider'));

    expect(said.join()).not.toContain('routine');
    await stack.stop();
    const log = await readFile(path.join(dataDir, 'logs', 'events.log'), 'utf8');
    expect(log).toBe(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  });
});

describe('resetStack', () => {
  it('refuses while the stack runs, then drops what the stack made and nothing else', async () => {
    const stack = await start();
    await expect(resetStack(dataDir, () => {})).rejects.toThrow(StackLockedError);
    await stack.stop();
    await writeFile(path.join(dataDir, 'mine.txt'), 'not the stack’s');

    expect(await resetStack(dataDir, () => {})).toBe(true);

    expect(await readdir(dataDir)).toEqual(['mine.txt']);
    expect(await resetStack(dataDir, () => {})).toBe(false);
  });
});
