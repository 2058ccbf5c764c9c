import path from 'node:path';
import { prepare } from '../workspace/prepare.js';
import { packageProgram, root, runQuietly } from '../workspace/run.js';

/**
 * Installs and builds what is missing or stale: what a stack runs, and the benchmark itself, which nobody else needs.
 * @param {import('../local-stack/src/bootstrap/progress.js').Progress} progress
 */
export async function buildBench(progress) {
  await prepare(progress, { build: true });
  const [command, tsc] = packageProgram('typescript', 'tsc');
  const config = path.join(root, 'tools/bench/tsconfig.lib.json');
  await runQuietly(command, [tsc, '-b', config], { name: 'tsc' });
}
