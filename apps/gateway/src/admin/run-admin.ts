import { userInfo } from 'node:os';
import { createDataSource } from '@qflow/persistence';
import { databaseSettings, loadConfig, nearest } from '@qflow/service';
import type { DataSource } from 'typeorm';
import { gatewaySchema } from '../config.js';
import { makeChange } from './change.js';
import { readOptions, type Values } from './command-line.js';
import type { Command, Environment } from './commands/command.js';
import { groups } from './commands/groups.js';
import { firstLine } from './first-line.js';
import { manual, manualOf } from './usage.js';
import { UsageError } from './usage-error.js';

/** Where a command line gets what is not on it. */
export interface Surroundings {
  env: Environment;
  /** Read where an option says `-`. */
  stdin: AsyncIterable<string | Buffer>;
}

const helpWords = new Set(['--help', '-h', 'help']);

/**
 * Runs one command line.
 * @returns what to print
 * @throws UsageError, ConfigError, CodedError, or an error whose message says what is in the way
 */
export async function runAdmin(args: readonly string[], { env, stdin }: Surroundings): Promise<string> {
  const [groupName = 'help', commandName = 'help', ...rest] = args;
  if (helpWords.has(groupName)) return manual(groups);
  const group = groups[known(groupName, Object.keys(groups), '')] as (typeof groups)[string];
  if (helpWords.has(commandName) || rest.some((arg) => arg === '--help' || arg === '-h'))
    return manualOf(groupName, group);
  const command = group.commands[known(commandName, Object.keys(group.commands), groupName)] as Command;
  const values = await withSecrets(command, readOptions(rest, command.options), stdin);
  const work = command.read(values);
  const { result } = await withDatabase(env, (dataSource) =>
    makeChange(dataSource, `command:${userInfo().username}`, (change) => work(change, env)),
  );
  return values.json === true ? `${JSON.stringify(result.json)}\n` : `${result.text}\n`;
}

/** @throws UsageError naming the nearest word, or all there are */
function known(typed: string, words: readonly string[], group: string): string {
  if (words.includes(typed)) return typed;
  const full = `${group} ${typed}`.trim();
  const meant = nearest(typed, words);
  const hint = meant
    ? `did you mean "${`${group} ${meant}`.trim()}"?`
    : `there ${group ? 'are' : 'are the groups'} ${words.join(', ')}`;
  throw new UsageError(`there is no command "${full}": ${hint}`);
}

/** Reads a secret that is not on the command line, before anything else happens. */
async function withSecrets(
  { secrets = [] }: Command,
  values: Values,
  stdin: Surroundings['stdin'],
): Promise<Values> {
  const name = secrets.find((one) => values[one] === '-');
  return name === undefined ? values : { ...values, [name]: await firstLine(stdin) };
}

async function withDatabase<T>(env: Environment, work: (dataSource: DataSource) => Promise<T>): Promise<T> {
  const { DATABASE_URL: url } = loadConfig({ DATABASE_URL: databaseSettings.DATABASE_URL }, env);
  const dataSource = createDataSource({ url, schema: gatewaySchema, migrations: [], poolSize: 1 });
  await dataSource.initialize();
  try {
    return await work(dataSource);
  } finally {
    await dataSource.destroy();
  }
}
