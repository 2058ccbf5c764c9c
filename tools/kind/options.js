import path from 'node:path';
import { parseArgs } from 'node:util';

const text = { type: 'string' };
const help = { type: 'boolean', short: 'h', default: false };

/**
 * @param {string[]} args
 * @returns {{ help: boolean, ca: string | undefined, timeoutMs: number }}
 * @throws {Error} that says what is wrong with which option, as all of these do.
 */
export function readUpOptions(args) {
  const { ca, timeout = '600', help: asked } = parse(args, { ca: text, timeout: text, help });
  if (!/^[1-9]\d{0,4}$/.test(timeout))
    throw new Error(`--timeout is "${timeout}", expected a number of seconds between 1 and 99999.`);
  // npm runs scripts in the checkout; what a person typed is meant from where they are.
  const file = ca === undefined ? undefined : path.resolve(process.env.INIT_CWD ?? '.', ca);
  return { help: asked, ca: file, timeoutMs: Number(timeout) * 1000 };
}

/**
 * @typedef {object} DemoOptions
 * @property {boolean} help
 * @property {string} [context]
 * @property {string} [gateway] Without a slash at the end; so is `sandbox`.
 * @property {string} [sandbox]
 * @property {string} [receiverHost]
 *
 * @param {string[]} args
 * @returns {DemoOptions}
 */
export function readDemoOptions(args) {
  const values = parse(args, { context: text, gateway: text, sandbox: text, 'receiver-host': text, help });
  return {
    help: values.help,
    context: values.context,
    gateway: baseUrl('gateway', values.gateway),
    sandbox: baseUrl('sandbox', values.sandbox),
    receiverHost: values['receiver-host'],
  };
}

/** @param {string[]} args */
export function readNothing(args) {
  parse(args, {});
}

function baseUrl(name, value) {
  if (value === undefined) return undefined;
  if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol))
    throw new Error(`--${name} is "${value}", expected a URL such as http://localhost:8080.`);
  return value.replace(/\/+$/, '');
}

function parse(args, options) {
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    const known = Object.keys(options).map((name) => `--${name}`);
    const what = known.length > 0 ? `The options are ${known.join(', ')}.` : 'There are no options.';
    throw new Error(`${error.message.replace(/\.$/, '')}. ${what}`, { cause: error });
  }
}
