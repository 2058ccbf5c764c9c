#!/usr/bin/env node
import { CodedError } from '@qflow/contracts';
import { isDependencyDown, sqlState } from '@qflow/persistence';
import { ConfigError } from '@qflow/service';
import { runAdmin } from './admin/run-admin.js';
import { UsageError, usageExitCode } from './admin/usage-error.js';

/** PostgreSQL manual, appendix A: class 28, invalid authorization. */
const refusesUs = /^28/;

/** PostgreSQL: `undefined_table` and `undefined_column`. */
const notMigrated = new Set(['42P01', '42703']);

try {
  const stdin = process.stdin.isTTY ? asking(process.stdin) : process.stdin;
  process.stdout.write(await runAdmin(process.argv.slice(2), { env: process.env, stdin }));
} catch (error) {
  process.stderr.write(`qflow-admin: ${explain(error)}\n`);
  process.exitCode = error instanceof UsageError ? usageExitCode : error instanceof ConfigError ? 78 : 1;
}

/** Somebody who sits at a terminal is told what is waited for, at the moment it is read. */
async function* asking(stdin: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  process.stderr.write('Type the secret (it is shown), then press Enter: ');
  yield* stdin;
}

function explain(error: unknown): string {
  if (error instanceof UsageError) return `${error.message}\nTry: qflow-admin --help`;
  if (error instanceof CodedError) return error.detail;
  if (notMigrated.has(sqlState(error) ?? ''))
    return 'the database lacks tables that this version needs: run the migrations of the gateway first';
  if (refusesUs.test(sqlState(error) ?? ''))
    return `the database of DATABASE_URL does not let us in: ${(error as Error).message}`;
  if (isDependencyDown(error)) return 'the database of DATABASE_URL does not answer';
  return error instanceof Error ? error.message : String(error);
}
