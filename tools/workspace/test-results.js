import { readFile, readdir, rm } from 'node:fs/promises';
import path from 'node:path';

/** Written by tools/jest/run.js; Nx restores it along with everything else when it answers from its cache. */
const fileName = '.test-results.json';

/**
 * @typedef {object} Results
 * @property {number} passed
 * @property {number} failed Tests that failed, and files that could not even be loaded.
 * @property {number} skipped
 */

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
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const file of await resultFiles(root)) {
    const results = await readFile(file, 'utf8').then(JSON.parse, () => undefined);
    if (!results) continue;
    total.passed += results.numPassedTests;
    total.failed += results.numFailedTests + results.numRuntimeErrorTestSuites;
    total.skipped += results.numPendingTests + results.numTodoTests;
  }
  return total;
}

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
