/**
 * Runs the tests of the project in the current folder and keeps Jest's own figures in .test-results.json,
 * from which `npm test` adds up one summary for the whole workspace (also when Nx answers from its cache).
 */
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';

/** A run that has told its results and does not end has left a socket, timer or process behind: that is a failure. */
const lingerMs = 20_000;

const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
rmSync('.test-results.json', { force: true });
// With --json Jest prints its result object on stdout and the report for people on stderr.
const run = spawn(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--no-warnings',
    jest,
    '--passWithNoTests',
    '--json',
    '--outputFile=.test-results.json',
    ...process.argv.slice(2),
  ],
  { stdio: ['inherit', 'ignore', 'pipe'] },
);
let linger;
run.stderr.on('data', (chunk) => {
  process.stderr.write(chunk);
  if (String(chunk).includes('Ran all test suites'))
    linger = setTimeout(() => {
      process.stderr.write('The tests left something running: they ended, but the process did not.\n');
      rmSync('.test-results.json', { force: true });
      run.kill('SIGKILL');
    }, lingerMs);
});
run.on('close', (code) => {
  clearTimeout(linger);
  process.exit(code ?? 1);
});
