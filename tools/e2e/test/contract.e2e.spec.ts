import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describe as told, fuzz, routesOf, type OpenApi } from '@qflow/contract';
import { startStack, type RunningStack } from '@qflow/local-stack';
import { Integrator } from './integrator.js';
import { Operator } from './operator.js';

/** `npm run fuzz` for as long as a test may take: the same requests every time. */
let stack: RunningStack;
let dataDir: string;
let operator: Operator;

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'qflow-contract-'));
  stack = await startStack({ dataDir });
  operator = new Operator(dataDir);
}, 120_000);
afterAll(async () => {
  await stack?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

describe('the API, fuzzed from its own document', () => {
  it('keeps every promise', async () => {
    const document = (await (await fetch(`${stack.info.gateway}/openapi.json`)).json()) as OpenApi;
    const login = await operator.sender();
    const unlimited = ['--guest', '1000000', '--send', '1000000', '--other', '1000000'];
    await operator.admin('user', 'limit', '--email', login.username, ...unlimited);
    const { key } = await operator.admin<{ key: string }>('key', 'create', '--admin', '--name', 'fuzz');
    const { clientId, clientSecret } = stack.info.demo;
    const report = await fuzz({
      base: stack.info.gateway,
      document,
      tokens: { bearer: await Integrator.tokenOf(stack.info, login), operatorKey: key },
      // Secrets of a caller's choice are checked for strength: hardly any that is made up would pass.
      values: { client_id: clientId, client_secret: clientSecret, secret: 'vYp3-Kq8R-mZ1x-Tt6W', ...login },
      seed: 20_261_121,
      until: { requests: 5_000 },
    });
    expect(report.findings.length === 0 ? '' : told(report)).toBe('');
    // A route that was never reached was not tried.
    const names = routesOf(document).map(({ operation }) => operation.operationId);
    expect(names.filter((name) => !report.statuses[name])).toEqual([]);
  }, 300_000);
});
