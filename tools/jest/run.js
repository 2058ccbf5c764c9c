/**
 * Runs the tests of the project in the current folder and keeps Jest's own figures in .test-results.json,
 * from which `npm test` adds up one summary for the whole workspace (also when Nx answers from its cache).
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';

const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
const flags = ['--experimental-vm-modules', '--no-warnings'];
const args = ['--passWithNoTests', '--json', '--outputFile=.test-results.json', ...process.argv.slice(2)];
// With --json Jest prints its result object on stdout and the human report on stderr; only the latter is for people.
const run = spawnSync(process.execPath, [...flags, jest, ...args], {
  stdio: ['inherit', 'ignore', 'inherit'],
});
process.exit(run.status ?? 1);
