import path from 'node:path';
import { parseArgs } from 'node:util';
import type { ServiceName } from '@qflow/local-stack';
import type { Row } from '../row.js';

export interface Arguments {
  readonly rows: readonly Row[];
  /** Only shows what there is. */
  readonly list: boolean;
  /** Where the stacks keep their data, absolute. */
  readonly dataDir: string;
  /** Leaves the data there, and uses what is there. */
  readonly keep: boolean;
  readonly jsonFile: string | undefined;
  /** Another checkout, built, whose services are to run. */
  readonly root: string | undefined;
  /** The service whose CPU profile is wanted. */
  readonly profile: ServiceName | undefined;
  /** Numbers for the rows, by option; what is missing follows the row's default. */
  readonly chosen: Readonly<Record<string, number>>;
}

export interface Surroundings {
  /** Every row there is. */
  readonly rows: readonly Row[];
  readonly defaultDataDir: string;
  /** What relative paths start from. */
  readonly cwd: string;
}

const text = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;
const common = { json: text, data: text, checkout: text, profile: text, keep: flag, list: flag };

/**
 * Reads `[row…] [--option value…]`; no row means all of them.
 * @throws Error that says what is wrong with which argument, and what there is instead
 */
export function readArguments(
  args: readonly string[],
  { rows, defaultDataDir, cwd }: Surroundings,
): Arguments {
  const own = Object.fromEntries(
    rows.flatMap(({ options }) => Object.keys(options)).map((name) => [name, text]),
  );
  const { values, positionals } = parse(args, own);
  const picked = positionals.map((name) => rowNamed(name, rows));
  const running = picked.length > 0 ? picked : rows;
  const { json, data, checkout, profile, keep, list, ...numbers } = values;
  const at = (file: unknown) => (typeof file === 'string' ? path.resolve(cwd, file) : undefined);
  return {
    rows: running,
    list: list === true,
    keep: keep === true,
    dataDir: at(data) ?? defaultDataDir,
    jsonFile: at(json),
    root: at(checkout),
    profile: typeof profile === 'string' ? serviceNamed(profile) : undefined,
    chosen: Object.fromEntries(
      Object.entries(numbers).map(([name, value]) => [name, numberOf(name, String(value), running)]),
    ),
  };
}

function parse(args: readonly string[], own: Record<string, typeof text>) {
  const options = { ...own, ...common };
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    const names = Object.keys(options).map((name) => `--${name}`);
    throw new Error(`${(error as Error).message}. The options are ${names.join(', ')}.`, { cause: error });
  }
}

function rowNamed(name: string, rows: readonly Row[]): Row {
  const row = rows.find((one) => one.name === name);
  if (row) return row;
  throw new Error(`There is no row "${name}". The rows are ${rows.map((one) => one.name).join(', ')}.`);
}

const services: readonly ServiceName[] = ['gateway', 'templates', 'sender', 'events', 'webhooks', 'sandbox'];

function serviceNamed(name: string): ServiceName {
  const service = services.find((one) => one === name);
  if (service) return service;
  throw new Error(`--profile is "${name}", expected one of ${services.join(', ')}.`);
}

function numberOf(option: string, value: string, running: readonly Row[]): number {
  const having = running.filter(({ options }) => option in options);
  if (having.length === 0)
    throw new Error(`--${option} is no option of ${running.map(({ name }) => name).join(', ')}.`);
  const number = value.trim() === '' ? NaN : Number(value.replaceAll('_', ''));
  const min = Math.max(...having.map(({ options }) => options[option]?.min ?? 0));
  if (Number.isFinite(number) && number >= min) return number;
  throw new Error(`--${option} is "${value}", expected a number of at least ${min}.`);
}
