import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { list } from './cluster-state.js';
import { FakePrograms, type Answer } from './fake-programs.js';

const account = { username: 'ada@example.com', password: 'p&p', clientId: 'c', clientSecret: 's' };
const base64 = (text: string) => Buffer.from(text).toString('base64');
const secret = (values: Record<string, string>) =>
  JSON.stringify({
    data: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, base64(value)])),
  });
const node = (address: string, providerID?: string) => ({
  spec: { providerID },
  status: {
    addresses: [
      { type: 'Hostname', address: 'one' },
      { type: 'InternalIP', address },
    ],
  },
});

const found: Answer[] = [
  { to: 'kubectl config current-context', says: ['somewhere\n'] },
  { to: 'kubectl get secret qflow-demo', says: [secret(account)] },
  { to: 'kubectl get nodes', says: [list(node('127.0.0.1'))] },
];

describe('npm run kind:demo', () => {
  let programs: FakePrograms;
  let api: Server;
  let url: string;
  /** What was posted to the API, a line each. */
  let posted: string[];

  beforeEach(async () => {
    posted = [];
    programs = await FakePrograms.install('kubectl');
    api = createServer((request, response) => void answer(request, response));
    api.listen(0, '127.0.0.1');
    await once(api, 'listening');
    url = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    api.close();
    await once(api, 'close');
    await programs.remove();
  });

  /** Enough of the API to see with whom the demo begins. */
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === '/core/.well-known/openid-configuration') {
      response.end(JSON.stringify({ issuer: 'http://localhost:8080/core' }));
      return;
    }
    let body = '';
    for await (const chunk of request) body += String(chunk);
    posted.push(`${request.url} ${body}`);
    response.writeHead(401, { 'content-type': 'application/json' }).end('{"error":"invalid_grant"}');
  }

  const demo = async (answers: Answer[], ...args: string[]) => {
    await programs.answer(...answers);
    return programs.run('demo', ...args);
  };

  it('signs in with the account of the cluster', async () => {
    const { code, output } = await demo(found, '--gateway', `${url}/`, '--sandbox', url);
    expect(posted).toHaveLength(1);
    const form = new URLSearchParams(posted[0]?.replace(/^.* /, ''));
    expect(Object.fromEntries(form)).toMatchObject({
      username: account.username,
      password: account.password,
      client_id: account.clientId,
      client_secret: account.clientSecret,
    });
    expect(output).toContain('kubectl --context somewhere -n qflow logs');
    expect(code).toBe(1);
  });

  it('asks the cluster that --context names', async () => {
    await demo(found, '--context', 'mine', '--gateway', url, '--sandbox', url);
    const journal = (await programs.journal()).filter((line) => line.includes(' get '));
    expect(journal).toEqual([
      'kubectl --context mine --namespace qflow get secret qflow-demo --output json',
      'kubectl --context mine get nodes --output json',
    ]);
  });

  it('has its receiver where the node reaches this machine, unless told otherwise', async () => {
    const here = await demo(found, '--gateway', url, '--sandbox', url);
    expect(here.output).toMatch(/Receiver {2}http:\/\/127\.0\.0\.1:\d+/);
    const there = await demo(found, '--gateway', url, '--sandbox', url, '--receiver-host', 'host.example');
    expect(there.output).toMatch(/Receiver {2}http:\/\/host\.example:\d+/);
  });

  it.each([
    ['the NodePorts of a node', node('127.0.0.1'), 'http://127.0.0.1:30080'],
    ['the ports that kind maps', node('127.0.0.1', 'kind://docker/qflow/one'), 'http://localhost:8080'],
    ['an IPv6 node', node('::1'), 'http://[::1]:30080'],
  ])('finds %s', async (_what, one, address) => {
    const answers = [...found.slice(0, 2), { to: 'kubectl get nodes', says: [list(one)] }];
    const { code, output } = await demo(answers);
    expect(code).toBe(1);
    expect(output).toContain(`does not answer at ${address}/core/.well-known/openid-configuration`);
    expect(output).toContain('--gateway URL');
  });

  it.each<[string, Answer[], string]>([
    [
      'no context',
      [{ to: 'kubectl config', complains: 'error: current-context is not set', code: 1 }],
      'kubectl has no current context',
    ],
    [
      'no account',
      [
        found[0] as Answer,
        { to: 'kubectl get secret', complains: 'secrets "qflow-demo" not found', code: 1 },
      ],
      'The cluster of context "somewhere" has no demo account',
    ],
    [
      'no cluster',
      [found[0] as Answer, { to: 'kubectl get secret', complains: 'connection refused', code: 1 }],
      'connection refused',
    ],
    [
      'half an account',
      [found[0] as Answer, { to: 'kubectl get secret', says: [secret({ username: 'ada', clientId: 'c' })] }],
      'Secret qflow-demo lacks password, clientSecret.',
    ],
  ])('says what to do with %s', async (_what, answers, reason) => {
    const { code, output } = await demo(answers);
    expect(code).toBe(1);
    expect(output).toContain(reason);
  });

  it.each([
    [['--gateway', 'localhost:8080'], '--gateway is "localhost:8080", expected a URL'],
    [['--port', '1'], "Unknown option '--port'"],
  ])('%j is refused with a reason', async (args, reason) => {
    const { code, output } = await demo([], ...args);
    expect(code).toBe(1);
    expect(output).toContain(reason);
  });
});
