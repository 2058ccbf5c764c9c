import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { dataDirOf } from '../workspace/options.js';

const known = '--minutes N, --seed N, --only OPERATION,… and --data DIR';

/**
 * @param {string[]} args
 * @returns {{ dataDir: string, minutes: number, seed: number, only: string[] | undefined }}
 * @throws {Error} that says what is wrong with which option.
 */
export function readFuzzOptions(args) {
  const { data, minutes = '1', seed, only } = parse(args);
  return {
    dataDir: dataDirOf(data),
    minutes: numberOf('minutes', minutes),
    seed: seed === undefined ? randomInt(1_000_000_000) : numberOf('seed', seed),
    only: only?.split(','),
  };
}

function parse(args) {
  const option = { type: 'string' };
  try {
    return parseArgs({ args, options: { data: option, minutes: option, seed: option, only: option } }).values;
  } catch (error) {
    throw new Error(`${error.message}. The options are ${known}.`, { cause: error });
  }
}

function numberOf(name, text) {
  const number = Number(text);
  if (Number.isFinite(number) && number > 0) return number;
  throw new Error(`--${name} is "${text}", expected a number above 0.`);
}
