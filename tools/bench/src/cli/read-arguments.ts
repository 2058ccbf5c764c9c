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
  /** Earlier results to hold these against, as `--json` wrote them. */
  readonly compareFile: string | undefined;
  /** Results of which only the plan for more load is wanted; nothing runs then. */
  readonly planFile: string | undefined;
  /** Where the charts go, absolute. */
  readonly chartsDir: string;
  /** Another checkout, built, whose services are to run. */
  readonly root: string | undefined;
  /** The services whose profiles are wanted. */
  readonly profiles: readonly ServiceName[];
  /** Where they go, absolute. */
  readonly profilesDir: string;
  /** Numbers for the rows, by option; what is missing follows the row's default. */
  readonly chosen: Readonly<Record<string, number>>;
}

export interface Surroundings {
  /** Every row there is. */
  readonly rows: readonly Row[];
  /** Those that run when none is named. */
  readonly usualRows: readonly Row[];
  readonly defaultDataDir: string;
  /** What relative paths start from. */
  readonly cwd: string;
}

const text = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;
const several = { type: 'string', multiple: true } as const;
const common = {
  ...{ json: text, compare: text, plan: text, charts: text, data: text, checkout: text },
  ...{ profile: several, keep: flag, list: flag },
};

/**
 * Reads `[row…] [--option value…]`; no row means the usual ones.
 * @throws Error that says what is wrong with which argument, and what there is instead
 */
export function readArguments(
  args: readonly string[],
  { rows, usualRows, defaultDataDir, cwd }: Surroundings,
): Arguments {
  const own = Object.fromEntries(
    rows.flatMap(({ options }) => Object.keys(options)).map((name) => [name, text]),
  );
  const { values, positionals } = parse(args, own);
  const picked = positionals.map((name) => rowNamed(name, rows));
  const running = picked.length > 0 ? picked : usualRows;
  const { json, compare, plan, charts, data, checkout, profile, keep, list, ...numbers } = values;
  const at = (file: unknown) => (typeof file === 'string' ? path.resolve(cwd, file) : undefined);
  const dataDir = at(data) ?? defaultDataDir;
  return {
    rows: running,
    list: list === true,
    keep: keep === true,
    dataDir,
    jsonFile: at(json),
    compareFile: at(compare),
    planFile: at(plan),
    chartsDir: at(charts) ?? path.join(dataDir, 'charts'),
    root: at(checkout),
    profiles: servicesNamed(profile),
    profilesDir: path.join(dataDir, 'profiles'),
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

function servicesNamed(names: unknown): ServiceName[] {
  const wanted = Array.isArray(names) ? names.map(String) : [];
  const unknown = wanted.find((name) => name !== 'all' && !services.some((one) => one === name));
  if (unknown !== undefined)
    throw new Error(`--profile is "${unknown}", expected one of ${services.join(', ')}, all.`);
  return services.filter((name) => wanted.includes(name) || wanted.includes('all'));
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
