import { performance } from 'node:perf_hooks';
import { packageProgram, endWithChildren, root, runInTerminal } from './run.js';
import { forgetResults, readResults, summaryLine } from './test-results.js';

const nx = packageProgram('nx');
const scripts = [
  'eslint.config.js',
  'tools/*.js',
  'tools/workspace',
  'tools/jest',
  'tools/demo',
  'tools/kind',
];

/** What is checked, in this order: the quick things first. */
const steps = [
  { name: 'formatting', command: [...packageProgram('prettier'), '--check', '--log-level', 'warn', '.'] },
  // Nx lints its projects; the scripts around them belong to none.
  {
    name: 'lint of the scripts',
    command: [...packageProgram('eslint'), '--max-warnings', '0', ...scripts],
  },
  {
    name: 'lint, types, build and tests of every project',
    command: [
      ...nx,
      'run-many',
      '-t',
      'lint',
      'typecheck',
      'build',
      'test',
      '--parallel=2',
      '--output-style=static',
    ],
  },
  { name: 'import boundaries', command: [process.execPath, 'tools/canary.js'] },
];

/**
 * Runs all checks, tells which failed, and adds up the tests of all projects.
 * @param {import('../local-stack/src/bootstrap/progress.js').Progress} progress
 * @returns {Promise<number>} the exit code.
 */
export async function checkWorkspace(progress) {
  const signals = endWithChildren(() => {});
  await forgetResults(root);
  const report = [];
  for (const { name, command } of steps) {
    progress.note(`\n▸ ${name}`);
    const started = performance.now();
    const passed = (await runInTerminal(command[0], command.slice(1))) === 0;
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    report.push({ passed, line: `${passed ? '✓' : '✗'} ${name} (${seconds} s)` });
  }
  signals.dispose();
  const results = await readResults(root);
  const { failures } = results;
  progress.note(['', ...failures, ...report.map(({ line }) => line), '', summaryLine(results)].join('\n'));
  return report.every(({ passed }) => passed) && results.failed === 0 && results.passed > 0 ? 0 : 1;
}
