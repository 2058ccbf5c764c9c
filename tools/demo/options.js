import { parseArgs } from 'node:util';
import { dataDirOf } from '../workspace/options.js';

/**
 * Reads the one option there is: `--data DIR`, the data folder of the stack to use.
 * @param {string[]} args
 * @returns {string} an absolute path.
 * @throws {Error} that says what is wrong with which option.
 */
export function readDataDir(args) {
  return dataDirOf(parse(args).values.data);
}

function parse(args) {
  try {
    return parseArgs({ args, options: { data: { type: 'string' } } });
  } catch (error) {
    throw new Error(`${error.message}. The only option is --data DIR.`, { cause: error });
  }
}
