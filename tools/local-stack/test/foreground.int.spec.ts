import { createServer } from 'node:net';
import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { identify } from '../src/bootstrap/process-identity.js';
import { isPortFree } from '../src/processes/ports.js';
import { fakeWorkspace, type FakeWorkspace } from './support/fake-workspace.js';
import { startInForeground, type ForegroundStack } from './support/foreground-stack.js';
import { removeFolder, temporaryFolder } from './support/temporary-folder.js';
import { until } from './support/until.js';

let folder: string;
let dataDir: string;
let workspace: FakeWorkspace;
let started: ForegroundStack[];

beforeEach(async () => {
  folder = await temporaryFolder();
  dataDir = path.join(folder, 'data');
  workspace = await fakeWorkspace(path.join(folder, 'workspace'));
  started = [];
});

afterEach(async () => {
  for (const stack of started) {
    stack.kill('SIGTERM');
    await stack.exited;
  }
  await removeFolder(folder);
});

/** For tests that are not about the servers; nobody connects to these. */
const elsewhere = { DATABASE_URL: 'postgres://elsewhere.test/db', NATS_URL: 'nats://elsewhere.test' };

function start(env: Record<string, string> = {}): ForegroundStack {
  const stack = startInForeground(workspace.root, dataDir, env);
  started.push(stack);
  return stack;
}

const gone = (pid: number) => identify(pid) === undefined;

describe('a stack in the foreground', () => {
  it('prints where everything is and a command that works, and Ctrl-C leaves no process and no lock', async () => {
    const stack = start();
    const info = await stack.ready();

    expect(stack.output()).toContain(`${info.gateway}/docs`);
    expect(stack.output()).toContain(`curl -s ${info.gateway}/core/connect/token`);
    expect(stack.output()).toContain(`password=${info.demo.password}`);

    stack.pressCtrlC();

    expect(await stack.exited).toBe(0);
    expect(Object.values(info.processes).every(gone)).toBe(true);
    await expect(access(path.join(dataDir, 'supervisor.lock'))).rejects.toThrow('ENOENT');
    await expect(access(path.join(dataDir, 'stack.json'))).rejects.toThrow('ENOENT');
  });

  it('takes everything along when it is killed, and nothing keeps the next one from starting', async () => {
    const killed = start();
    const before = await killed.ready();
    const client = new pg.Client({ connectionString: before.databaseUrl });
    client.on('error', () => {});
    await client.connect();
    await client.query('create table kept as select 7 as id');

    killed.kill('SIGKILL');
    await killed.exited;
    await until(() => Object.values(before.processes).every(gone));
    const info = await start().ready();

    expect(info.databaseUrl).toBe(before.databaseUrl);
    const again = new pg.Client({ connectionString: info.databaseUrl });
    await again.connect();
    expect((await again.query('select id from kept')).rows).toEqual([{ id: 7 }]);
    await again.end();
  });

  it('starts at once after a kill, while the killed one is still being cleared away', async () => {
    const killed = start();
    const before = await killed.ready();
    killed.kill('SIGKILL');
    await killed.exited;

    const info = await start().ready();

    expect(info.demo).toEqual(before.demo);
    expect(Object.values(before.processes).every(gone)).toBe(true);
  });

  it('says what runs already, and leaves it alone', async () => {
    const first = start(elsewhere);
    const info = await first.ready();

    const second = start(elsewhere);

    expect(await second.exited).toBe(0);
    expect(second.output()).toContain(`running already (process ${first.pid}`);
    expect(second.output()).toContain(info.gateway);
    expect(Object.values(info.processes).some(gone)).toBe(false);
    expect(JSON.parse(await readFile(path.join(dataDir, 'stack.json'), 'utf8'))).toEqual(info);
  });

  it('says which port it avoids', async () => {
    const occupant = (await isPortFree(3000)) ? createServer().listen(3000, '127.0.0.1') : undefined;
    try {
      const stack = start(elsewhere);
      const info = await stack.ready();

      expect(stack.output()).toContain('Port 3000 is taken by another program');
      expect(info.gateway).not.toBe('http://127.0.0.1:3000');
      expect(stack.output()).toContain(`will be on ${new URL(info.gateway).port}.`);
    } finally {
      occupant?.close();
    }
  });

  it('explains why it did not start, and leaves nothing behind', async () => {
    await workspace.replace('gateway', `console.error('PUBLIC_URL: not a URL'); process.exit(78);`);

    const stack = start(elsewhere);

    expect(await stack.exited).toBe(1);
    expect(stack.output()).toContain('gateway ended while starting (exit code 78)');
    expect(stack.output()).toContain('PUBLIC_URL: not a URL');
    await expect(access(path.join(dataDir, 'supervisor.lock'))).rejects.toThrow('ENOENT');
  });
});
