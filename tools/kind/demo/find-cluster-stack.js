/* global fetch */
import { NAMESPACE } from '../cluster.js';
import { capture, CommandError } from '../capture.js';
import { addressTowards } from './address-towards.js';
import { readNodes } from './read-nodes.js';

/**
 * Finds the platform in a cluster: its addresses, and who may sign in.
 * @param {import('../options.js').DemoOptions} options
 * @returns {Promise<import('../../demo/find-stack.js').Stack>}
 * @throws {Error} that says what to do.
 */
export async function findClusterStack({ context: wanted, gateway, sandbox, receiverHost }) {
  const context = wanted ?? (await currentContext());
  const kubectl = (args) => capture('kubectl', ['--context', context, ...args]);
  const demo = await readAccount(kubectl, context);
  const nodes = readNodes(JSON.parse(await kubectl(['get', 'nodes', '--output', 'json'])).items);
  const api = gateway ?? nodes.gateway;
  return {
    gateway: api,
    sandbox: sandbox ?? nodes.sandbox,
    receiverHost: receiverHost ?? (await addressTowards(nodes.address)),
    publicUrl: await publicUrlOf(api),
    logs: `shown by "kubectl --context ${context} -n ${NAMESPACE} logs -l app.kubernetes.io/part-of=qflow-comms --prefix"`,
    demo,
  };
}

async function currentContext() {
  try {
    return (await capture('kubectl', ['config', 'current-context'])).trim();
  } catch (error) {
    throw new Error('kubectl has no current context. Start the platform with "npm run kind:up".', {
      cause: error,
    });
  }
}

async function readAccount(kubectl, context) {
  const { data } = JSON.parse(await askForSecret(kubectl, context));
  const value = (key) => Buffer.from(data?.[key] ?? '', 'base64').toString('utf8');
  const account = Object.fromEntries(
    ['username', 'password', 'clientId', 'clientSecret'].map((key) => [key, value(key)]),
  );
  const lacking = Object.keys(account).filter((key) => !account[key]);
  if (lacking.length > 0) throw new Error(`Secret qflow-demo lacks ${lacking.join(', ')}.`);
  return account;
}

async function askForSecret(kubectl, context) {
  try {
    return await kubectl(['--namespace', NAMESPACE, 'get', 'secret', 'qflow-demo', '--output', 'json']);
  } catch (error) {
    if (!(error instanceof CommandError) || !/not ?found/i.test(error.output)) throw error;
    throw new Error(
      `The cluster of context "${context}" has no demo account (Secret qflow-demo in namespace ${NAMESPACE}).\n` +
        'Start the platform with "npm run kind:up", or name another cluster with --context.',
      { cause: error },
    );
  }
}

/**
 * What links in e-mails begin with: the address that the platform was told, which need not be the one that it is reached
 * at here. It says so itself, where the tokens' issuer is.
 */
async function publicUrlOf(gateway) {
  const url = `${gateway}/core/.well-known/openid-configuration`;
  try {
    const answer = await fetch(url, { headers: { connection: 'close' } });
    if (!answer.ok) throw new Error(`it answers ${answer.status}`);
    return (await answer.json()).issuer.replace(/\/core$/, '');
  } catch (error) {
    const why = error.cause?.code ?? error.message;
    throw new Error(
      `The API does not answer at ${url} (${why}).\n` +
        `See whether its pods are ready: kubectl -n ${NAMESPACE} get pods. If it is elsewhere, say so with --gateway URL.`,
      { cause: error },
    );
  }
}
