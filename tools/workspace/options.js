import path from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './run.js';

/**
 * Reads the options that the scripts share: `--data DIR` and `--port N` (or PORT).
 * @param {string[]} args
 * @returns {{ dataDir: string, port: number | undefined }}
 * @throws {Error} that says what is wrong with which option.
 */
export function readOptions(args) {
  const { values } = parse(args);
  return { dataDir: dataDirOf(values.data), port: portOf(values.port ?? process.env.PORT) };
}

function parse(args) {
  try {
    return parseArgs({ args, options: { data: { type: 'string' }, port: { type: 'string' } } });
  } catch (error) {
    throw new Error(`${error.message}. The options are --data DIR and --port N.`, { cause: error });
  }
}

/** @param {string | undefined} data As given on the command line. */
export function dataDirOf(data) {
  // npm runs scripts in the checkout; what a person typed is meant from where they are.
  return data === undefined ? path.join(root, '.local') : path.resolve(process.env.INIT_CWD ?? '.', data);
}

function portOf(text) {
  if (text === undefined || text === '') return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new Error(`The port must be a number between 1 and 65535, not "${text}".`);
}
