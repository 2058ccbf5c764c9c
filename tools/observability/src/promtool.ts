import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import { readRuleGroups } from './rules/read-rules.js';

const run = promisify(execFile);
const component = path.resolve(import.meta.dirname, '../../../k8s/components/monitoring');

/**
 * Has Prometheus' own `promtool` (on the PATH, or at PROMTOOL) check the alert rules and run their unit tests. It reads files
 * of its own format and not the operator's objects, so it gets the rules without what is around them.
 */
async function main(): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'qflow-promtool-'));
  try {
    await writeFile(
      path.join(folder, 'rules.yaml'),
      stringify({ groups: await readRuleGroups(path.join(component, 'rules')) }),
    );
    const tests = await readdir(path.join(component, 'tests'));
    for (const test of tests)
      await copyFile(path.join(component, 'tests', test), path.join(folder, `test-${test}`));
    await promtool(folder, ['check', 'rules', 'rules.yaml']);
    await promtool(folder, ['test', 'rules', ...tests.map((test) => `test-${test}`)]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function promtool(cwd: string, args: readonly string[]): Promise<void> {
  try {
    const { stdout, stderr } = await run(process.env.PROMTOOL || 'promtool', args, { cwd });
    process.stdout.write(stdout + stderr);
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as { code?: unknown; stdout?: string; stderr?: string };
    process.stdout.write(stdout + stderr);
    throw new Error(
      code === 'ENOENT'
        ? 'There is no promtool. It comes with Prometheus: `apt-get install prometheus`, or PROMTOOL=/path/to/promtool.'
        : `promtool ${args.slice(0, 2).join(' ')} has failed.`,
      { cause: error },
    );
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
