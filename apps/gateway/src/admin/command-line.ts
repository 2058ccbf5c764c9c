import { parseArgs, type ParseArgsConfig } from 'node:util';
import { nearest } from '@qflow/service';
import { UsageError } from './usage-error.js';

export type Options = NonNullable<ParseArgsConfig['options']>;
export type Values = Readonly<Record<string, string | boolean | undefined>>;

/**
 * Reads the options of one command.
 * @throws UsageError for an option it does not have, a missing value or anything that is no option
 */
export function readOptions(args: readonly string[], options: Options): Values {
  const known: Options = { ...options, json: { type: 'boolean' } };
  const joined = joinDashValues(args, known);
  refuseUnknown(joined, known);
  try {
    return parseArgs({ args: joined, options: known, strict: true }).values as Values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** `--password -x1` → `--password=-x1`: a generated password may well start with a dash. */
function joinDashValues(args: readonly string[], options: Options): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const option = joined.at(-1);
    const takesValue = option?.startsWith('--') && options[option.slice(2)]?.type === 'string';
    if (takesValue && /^-[^-]/.test(arg)) joined[joined.length - 1] = `${option}=${arg}`;
    else joined.push(arg);
  }
  return joined;
}

/** Says which option may have been meant; the parser's own text does not. */
function refuseUnknown(args: string[], options: Options): void {
  const { tokens } = parseArgs({ args, options, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind !== 'option' || Object.hasOwn(options, token.name)) continue;
    const names = Object.keys(options).map((name) => `--${name}`);
    const meant = nearest(token.rawName, names);
    const hint = meant ? `Did you mean ${meant}?` : `This command takes ${names.join(', ')}.`;
    throw new UsageError(`Unknown option '${token.rawName}'. ${hint}`);
  }
}
