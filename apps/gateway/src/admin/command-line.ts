import { parseArgs, type ParseArgsConfig } from 'node:util';
import { UsageError } from './usage.js';

type Options = NonNullable<ParseArgsConfig['options']>;

/**
 * Reads the options of one command.
 * @throws UsageError for an option it does not have, a missing value or anything that is no option
 */
export function readOptions(args: string[], options: Options): Record<string, string | boolean | undefined> {
  try {
    const { values } = parseArgs({
      args: joinDashValues(args, options),
      options: { ...options, json: { type: 'boolean' } },
      strict: true,
    });
    return values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** `--password -x1` → `--password=-x1`: a generated password may well start with a dash. */
function joinDashValues(args: string[], options: Options): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const option = joined.at(-1);
    const takesValue = option?.startsWith('--') && options[option.slice(2)]?.type === 'string';
    if (takesValue && /^-[^-]/.test(arg)) joined[joined.length - 1] = `${option}=${arg}`;
    else joined.push(arg);
  }
  return joined;
}

/** @throws UsageError */
export function required(values: Record<string, unknown>, name: string): string {
  const value = values[name];
  if (typeof value !== 'string' || value === '') throw new UsageError(`--${name} is missing`);
  return value;
}

export const trustStates = ['unverified', 'pending', 'verified'] as const;
export type TrustState = (typeof trustStates)[number];

/** @throws UsageError */
export function trustState(value: unknown, option: string): TrustState {
  const state = trustStates.find((one) => one === value);
  if (!state) throw new UsageError(`--${option} must be one of ${trustStates.join(', ')}`);
  return state;
}
