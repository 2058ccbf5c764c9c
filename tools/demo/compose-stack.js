import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { root } from '../workspace/run.js';

/** What docker/compose.yaml says where nobody says otherwise; a spec holds it against that file. */
export const composeDefaults = {
  QFLOW_GATEWAY_PORT: '3000',
  QFLOW_SANDBOX_PORT: '3005',
  QFLOW_DEMO_USERNAME: 'demo@qflow.test',
  QFLOW_DEMO_PASSWORD: 'demo-user-for-trying-out',
  QFLOW_DEMO_CLIENT_ID: 'demo',
  QFLOW_DEMO_CLIENT_SECRET: 'demo-client-for-trying-out',
};

/**
 * The stack of docker/compose.yaml on this machine, with what was changed of it where Compose reads it: in the
 * environment and in docker/.env.
 * @param {Record<string, string | undefined>} [env]
 * @param {string} [file]
 * @returns {import('./find-stack.js').Stack}
 */
export function composeStack(env = process.env, file = path.join(root, 'docker/.env')) {
  const inFile = readVariables(file);
  // An empty variable counts as a missing one, as in compose.yaml.
  const value = (name) => env[name] || inFile[name] || composeDefaults[name];
  return {
    gateway: `http://127.0.0.1:${value('QFLOW_GATEWAY_PORT')}`,
    sandbox: `http://127.0.0.1:${value('QFLOW_SANDBOX_PORT')}`,
    logs: 'shown by "docker compose -f docker/compose.yaml logs"',
    receiverHost: 'host.docker.internal',
    demo: {
      username: value('QFLOW_DEMO_USERNAME'),
      password: value('QFLOW_DEMO_PASSWORD'),
      clientId: value('QFLOW_DEMO_CLIENT_ID'),
      clientSecret: value('QFLOW_DEMO_CLIENT_SECRET'),
    },
  };
}

function readVariables(file) {
  try {
    return parseEnv(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return {};
    throw new Error(`${file} cannot be read: ${error.message}`, { cause: error });
  }
}
