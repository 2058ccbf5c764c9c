import { createDataSource, inTransaction } from '@qflow/persistence';
import { databaseSettings, loadConfig } from '@qflow/service';
import { gatewaySchema } from '../config.js';
import { createClientCommand } from './client-commands.js';
import { usage, UsageError } from './usage.js';
import {
  createUserCommand,
  grantCommand,
  listUsersCommand,
  revokeCommand,
  trustCommand,
  type Command,
} from './user-commands.js';

const commands: Record<string, Command> = {
  'user create': createUserCommand,
  'user list': listUsersCommand,
  'user grant': grantCommand,
  'user revoke': revokeCommand,
  'user trust': trustCommand,
  'client create': createClientCommand,
};

/**
 * Runs one command line.
 * @returns what to print
 * @throws UsageError, ConfigError, or an error whose message says what is in the way
 */
export async function runAdmin(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<string> {
  if (args.length === 0 || args.includes('--help') || args.includes('-h') || args[0] === 'help') return usage;
  const name = args.slice(0, 2).join(' ');
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) throw new UsageError(`there is no command "${name}"`);
  const rest = args.slice(2);
  const report = await withDatabase(env, (dataSource) =>
    inTransaction(dataSource, (sql) => command(sql, rest)),
  );
  return rest.includes('--json') ? `${JSON.stringify(report.json)}\n` : `${report.text}\n`;
}

async function withDatabase<T>(
  env: Readonly<Record<string, string | undefined>>,
  work: (dataSource: ReturnType<typeof createDataSource>) => Promise<T>,
): Promise<T> {
  const { DATABASE_URL: url } = loadConfig({ DATABASE_URL: databaseSettings.DATABASE_URL }, env);
  const dataSource = createDataSource({ url, schema: gatewaySchema, migrations: [], poolSize: 1 });
  await dataSource.initialize();
  try {
    return await work(dataSource);
  } finally {
    await dataSource.destroy();
  }
}
