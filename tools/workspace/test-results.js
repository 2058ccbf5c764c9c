import { readFile, readdir, rm } from 'node:fs/promises';
import path from 'node:path';

/** Written by tools/jest/run.js; Nx restores it along with everything else when it answers from its cache. */
const fileName = '.test-results.json';

/**
 * @typedef {object} Results
 * @property {number} passed
 * @property {number} failed Tests that failed, and files that could not even be loaded.
 * @property {number} skipped
 * @property {string[]} failures What failed: file, name and the first lines of why, so that nobody has to search the log.
 */

/** Lines of a failure's message that are repeated. */
const toldLines = 12;

/**
 * Removes what earlier runs left: a project whose tests do not run this time has no results this time.
 * @param {string} root
 */
export async function forgetResults(root) {
  for (const file of await resultFiles(root)) await rm(file, { force: true });
}

/**
 * Adds up the results of all projects.
 * @param {string} root
 * @returns {Promise<Results>}
 */
export async function readResults(root) {
  /** @type {Results} */
  const total = { passed: 0, failed: 0, skipped: 0, failures: [] };
  for (const file of await resultFiles(root)) {
    const results = await readFile(file, 'utf8').then(JSON.parse, () => undefined);
    if (!results) continue;
    total.passed += results.numPassedTests;
    total.failed += results.numFailedTests + results.numRuntimeErrorTestSuites;
    total.skipped += results.numPendingTests + results.numTodoTests;
    total.failures.push(...failuresOf(root, results));
  }
  return total;
}

/**
 * @param {string} root
 * @param {{testResults: {name: string, message: string, assertionResults: {status: string, fullName: string, failureMessages: string[]}[]}[]}} results
 *   as Jest writes them
 */
function failuresOf(root, { testResults }) {
  return testResults.flatMap(({ name, message, assertionResults }) => {
    const file = path.relative(root, name);
    const failed = assertionResults.filter(({ status }) => status === 'failed');
    // A file that could not even be loaded has a message and no tests.
    if (assertionResults.length === 0 && message) return [`✗ ${file}\n${indented(message)}`];
    return failed.map(
      ({ fullName, failureMessages }) => `✗ ${file}: ${fullName}\n${indented(failureMessages.join('\n'))}`,
    );
  });
}

/** @param {string} text */
const indented = (text) =>
  text
    .split('\n')
    .slice(0, toldLines)
    .map((line) => `    ${line}`)
    .join('\n');

/** @param {Results} results */
export function summaryLine({ passed, failed, skipped }) {
  return `Tests: ${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** @param {string} root */
async function resultFiles(root) {
  const files = [];
  for (const group of ['apps', 'libs', 'tools']) {
    for (const entry of await readdir(path.join(root, group), { withFileTypes: true })) {
      if (entry.isDirectory()) files.push(path.join(root, group, entry.name, fileName));
    }
  }
  return files;
}
