import { readFileSync } from 'node:fs';
import path from 'node:path';
import { lockHolder } from '../local-stack/src/bootstrap/lock.js';
import { dataDirOf } from '../workspace/options.js';

/**
 * @typedef {object} Stack What the demo needs to know of the running stack.
 * @property {string} gateway Base URL of the API, without a slash at the end; so is the inbox's.
 * @property {string} sandbox
 * @property {string} [publicUrl] What links in e-mails begin with, where that is not the address in `gateway`.
 * @property {string} logs Where the services' logs are, as the end of a sentence.
 * @property {string} receiverHost This machine as the stack reaches it.
 * @property {{ username: string, password: string, clientId: string, clientSecret: string }} demo
 */

/**
 * @param {string} dataDir
 * @returns {Stack}
 * @throws {Error} that says what to do, when no stack is ready there.
 */
export function findStack(dataDir) {
  // The file alone proves nothing: a stack that was killed leaves it behind.
  const holder = lockHolder(path.join(dataDir, 'supervisor.lock'));
  if (!holder)
    throw new Error(`No stack is running on ${dataDir}. Start one in another terminal: ${start(dataDir)}`);
  const stack = readStack(path.join(dataDir, 'stack.json'));
  if (stack) return { ...stack, logs: `in ${path.join(dataDir, 'logs')}`, receiverHost: '127.0.0.1' };
  throw new Error(
    `The stack on ${dataDir} is still starting (process ${holder.pid}). Try again when it says that it is ready.`,
  );
}

const start = (dataDir) => (dataDir === dataDirOf() ? 'npm start' : `npm start -- --data ${dataDir}`);

function readStack(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw new Error(`${file} cannot be read: ${error.message}`, { cause: error });
  }
}
