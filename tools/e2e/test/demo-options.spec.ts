import { execFile } from 'node:child_process';
import path from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '@qflow/local-stack';

const root = path.resolve(import.meta.dirname, '../../..');
const variables = {
  QFLOW_DEMO_USERNAME: 'ada@example.com',
  QFLOW_DEMO_PASSWORD: 'p',
  QFLOW_DEMO_CLIENT_ID: 'c',
  QFLOW_DEMO_CLIENT_SECRET: 's',
};
const urls = ['--gateway', 'http://127.0.0.1:9/', '--sandbox', 'http://127.0.0.1:9'];
/** Where nobody listens. */
let nowhere: string;
let elsewhere: string[];

beforeAll(async () => {
  nowhere = `http://127.0.0.1:${await freePort()}`;
  elsewhere = ['--gateway', `${nowhere}/`, '--sandbox', nowhere];
});

interface Ended {
  readonly code: number;
  readonly output: string;
}

/** Runs the demo as `npm run demo -- …` does. */
const demo = (args: readonly string[], env: Record<string, string> = {}): Promise<Ended> =>
  new Promise((resolve) => {
    const options = { cwd: root, env: { PATH: process.env.PATH, ...env } };
    execFile(process.execPath, ['tools/demo/index.js', ...args], options, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr }),
    );
  });

describe('npm run demo: which stack', () => {
  it('--help says how to choose', async () => {
    const { code, output } = await demo(['--help']);
    expect(code).toBe(0);
    for (const option of ['--data', '--compose', '--gateway', 'QFLOW_DEMO_PASSWORD'])
      expect(output).toContain(option);
  });

  it.each([
    [['--compose', '--data', 'x'], '--data and --compose name two stacks.'],
    [['--sandbox', 'http://127.0.0.1:9'], '--sandbox goes with --gateway.'],
    [['--compose', '--receiver-host', 'here'], '--receiver-host goes with --gateway.'],
    [['--gateway', 'http://127.0.0.1:9'], '--sandbox is missing'],
    [['--gateway', 'localhost:9', ...urls.slice(2)], '--gateway is "localhost:9", expected a URL'],
    [[...urls, '--receiver-host', 'here:4000'], '--receiver-host is "here:4000", expected a host name'],
    [[...urls, '--username', 'ada'], 'there is no --password (or QFLOW_DEMO_PASSWORD), no --client-id'],
    [['--gatway', 'x'], "Unknown option '--gatway'"],
  ])('%j is refused with a reason', async (args, reason) => {
    const { code, output } = await demo(args);
    expect(code).toBe(1);
    expect(output).toContain(reason);
  });

  it('goes where --gateway says, with the credentials of the environment', async () => {
    const { code, output } = await demo(elsewhere, variables);
    expect(code).toBe(1);
    expect(output).toContain('"username": "ada@example.com"');
    expect(output).toContain(`got no answer from ${nowhere} (ECONNREFUSED)`);
    expect(output).toContain('What the services say about it is in their logs.');
  });

  it('an option goes before the environment', async () => {
    const { output } = await demo([...elsewhere, '--username', 'grace@example.com'], variables);
    expect(output).toContain('"username": "grace@example.com"');
  });

  it('registers the receiver under the name that the stack has for this machine', async () => {
    const { output } = await demo([...elsewhere, '--receiver-host', 'laptop.example'], variables);
    expect(output).toMatch(/Receiver +http:\/\/laptop\.example:\d+\/qflow\/webhook/);
  });

  it('--compose follows what the environment changes of docker/compose.yaml', async () => {
    const { output } = await demo(['--compose'], { QFLOW_GATEWAY_PORT: '9', QFLOW_SANDBOX_PORT: '10' });
    expect(output).toMatch(/API +http:\/\/127\.0\.0\.1:9\n/);
    expect(output).toMatch(/Inbox +http:\/\/127\.0\.0\.1:10\n/);
    expect(output).toMatch(/Receiver +http:\/\/host\.docker\.internal:\d+\//);
    expect(output).toContain('docker compose -f docker/compose.yaml logs');
  });
});
