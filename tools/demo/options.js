import { parseArgs } from 'node:util';
import { dataDirOf } from '../workspace/options.js';
import { usage } from './usage.js';

/** Where the account's credentials come from: an option, or else a variable. */
const credentials = {
  username: { option: 'username', variable: 'QFLOW_DEMO_USERNAME' },
  password: { option: 'password', variable: 'QFLOW_DEMO_PASSWORD' },
  clientId: { option: 'client-id', variable: 'QFLOW_DEMO_CLIENT_ID' },
  clientSecret: { option: 'client-secret', variable: 'QFLOW_DEMO_CLIENT_SECRET' },
};

/** What makes no sense without `--gateway`. */
const remoteOnly = ['sandbox', 'receiver-host', ...Object.values(credentials).map(({ option }) => option)];

/**
 * @typedef {{ is: 'help' }} Help
 * @typedef {{ is: 'local', dataDir: string }} LocalStack
 * @typedef {{ is: 'compose' }} ComposeStack
 * @typedef {{ is: 'remote' } & Omit<import('./find-stack.js').Stack, 'logs'>} RemoteStack
 */

/**
 * Reads which stack the demo plays against.
 * @param {string[]} args
 * @param {Record<string, string | undefined>} [env]
 * @returns {Help | LocalStack | ComposeStack | RemoteStack}
 * @throws {Error} that says what is wrong with which option.
 */
export function readOptions(args, env = process.env) {
  const values = parse(args);
  if (values.help) return { is: 'help' };
  const chosen = ['data', 'compose', 'gateway'].filter((name) => values[name] !== undefined);
  if (chosen.length > 1) fail(`--${chosen[0]} and --${chosen[1]} name two stacks.`);
  const stray = remoteOnly.find((name) => values[name] !== undefined);
  if (stray && values.gateway === undefined) fail(`--${stray} goes with --gateway.`);
  if (values.compose) return { is: 'compose' };
  if (values.gateway !== undefined) return remote(values, env);
  return { is: 'local', dataDir: dataDirOf(values.data) };
}

function remote(values, env) {
  if (values.sandbox === undefined)
    fail('--sandbox is missing: the demo reads the e-mails in the inbox of a sandbox.');
  return {
    is: 'remote',
    gateway: baseUrl('gateway', values.gateway),
    sandbox: baseUrl('sandbox', values.sandbox),
    receiverHost: hostOf(values['receiver-host'] ?? '127.0.0.1'),
    demo: readCredentials(values, env),
  };
}

function readCredentials(values, env) {
  const found = Object.entries(credentials).map(([name, { option, variable }]) => [
    name,
    values[option] ?? env[variable],
  ]);
  const missing = found
    .filter(([, value]) => !value)
    .map(([name]) => `--${credentials[name].option} (or ${credentials[name].variable})`);
  if (missing.length > 0) fail(`Who signs in is not complete: there is no ${missing.join(', no ')}.`);
  return Object.fromEntries(found);
}

/** Without the slashes at the end: paths are put behind it. */
function baseUrl(name, text) {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    fail(`--${name} is "${text}", expected a URL such as http://127.0.0.1:3000.`);
  return text.replace(/\/+$/, '');
}

function hostOf(text) {
  const isHost = /^[^/:]+$|^\[[\da-f:.]+\]$/i.test(text) && URL.canParse(`http://${text}/`);
  if (!isHost) fail(`--receiver-host is "${text}", expected a host name or an address, without a port.`);
  return text;
}

function parse(args) {
  const text = { type: 'string' };
  const flag = { type: 'boolean' };
  const options = Object.fromEntries(['data', 'gateway', ...remoteOnly].map((name) => [name, text]));
  try {
    return parseArgs({ args, options: { ...options, compose: flag, help: { ...flag, short: 'h' } } }).values;
  } catch (error) {
    return fail(`${error.message.replace(/\.$/, '')}.`, error);
  }
}

function fail(message, cause) {
  throw new Error(`${message}\n\n${usage}`, { cause });
}
