/* global fetch */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { URLSearchParams } from 'node:url';
import { promisify } from 'node:util';
import { findStack } from '../demo/find-stack.js';
import { root } from '../workspace/run.js';
import { readMail } from './read-mail.js';

const run = promisify(execFile);
/** Beyond what any run can send: the limits have tests of their own, and 429s would hide everything else. */
const noLimit = '1000000';
const scope = 'qflowapi offline_access';

/**
 * Fuzzes the running stack with an account and an operator's key made for the purpose.
 * @param {{ dataDir: string, minutes: number, seed: number, only: string[] | undefined }} options
 * @returns {Promise<number>} the exit code.
 */
export async function fuzzStack({ dataDir, minutes, seed, only }) {
  const { describe, fuzz } = await import('../contract/dist/index.js');
  const stack = findStack(dataDir);
  const admin = async (...args) => {
    const command = ['tools/admin.js', '--data', dataDir, ...args, '--json'];
    return JSON.parse((await run(process.execPath, command, { cwd: root })).stdout);
  };
  const document = await (await fetch(`${stack.gateway}/openapi.json`)).json();
  const login = await newAccount(admin);
  const token = await logIn(stack, login);
  const { key } = await admin('key', 'create', '--admin', '--name', `fuzz ${new Date().toISOString()}`);
  console.log(`Fuzzing ${stack.gateway} for ${minutes} min with seed ${seed} as ${login.username}`);
  const report = await fuzz({
    base: stack.gateway,
    document,
    tokens: { bearer: token, operatorKey: key },
    values: { ...credentialsOf(stack, login), scope },
    seen: await readMail(stack, token),
    seed,
    until: { time: Date.now() + minutes * 60_000 },
    ...(only && { only }),
  });
  console.log(describe(report));
  return report.findings.length === 0 ? 0 : 1;
}

async function newAccount(admin) {
  const login = { username: `fuzz-${randomUUID()}@example.com`, password: randomUUID() };
  const who = ['--email', login.username];
  await admin('user', 'create', ...who, '--password', login.password, '--comms', '--trust', 'verified');
  await admin('user', 'limit', ...who, '--guest', noLimit, '--send', noLimit, '--other', noLimit);
  return login;
}

const credentialsOf = ({ demo }, { username, password }) => ({
  client_id: demo.clientId,
  client_secret: demo.clientSecret,
  username,
  password,
});

async function logIn(stack, login) {
  const form = new URLSearchParams({
    grant_type: 'password',
    scope,
    ...credentialsOf(stack, login),
  });
  const response = await fetch(`${stack.gateway}/core/connect/token`, { method: 'POST', body: form });
  return (await response.json()).access_token;
}
