#!/usr/bin/env node
import { isDependencyDown, sqlState } from '@qflow/persistence';
import { ConfigError } from '@qflow/service';
import { runAdmin } from './admin/run-admin.js';
import { UsageError, usageExitCode } from './admin/usage.js';

/** PostgreSQL: `undefined_table`. */
const noSuchTable = '42P01';

try {
  process.stdout.write(await runAdmin(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`qflow-admin: ${explain(error)}\n`);
  process.exitCode = error instanceof UsageError ? usageExitCode : error instanceof ConfigError ? 78 : 1;
}

function explain(error: unknown): string {
  if (error instanceof UsageError) return `${error.message}\nTry: qflow-admin --help`;
  if (sqlState(error) === noSuchTable)
    return 'the database has no gateway schema yet: run its migrations first';
  if (isDependencyDown(error)) return 'the database of DATABASE_URL does not answer';
  return error instanceof Error ? error.message : String(error);
}
