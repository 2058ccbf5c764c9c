import { setTimeout as pause } from 'node:timers/promises';
import { kubectl } from '../cluster.js';
import { collectEvidence } from './collect-evidence.js';
import { readState } from './read-state.js';

const LOOK_EVERY_MS = 1_000;
const KINDS = 'deployments,statefulsets,jobs,pods';

/**
 * Waits until all that was applied runs, and tells what is missing meanwhile.
 * @param {number} timeoutMs
 * @param {import('../../local-stack/src/bootstrap/progress.js').StepReport} report
 * @throws {Error} with the pods and their last words, when a Job fails or it takes too long.
 */
export async function waitUntilReady(timeoutMs, report) {
  const until = Date.now() + timeoutMs;
  for (;;) {
    const { missing, failed } = readState(
      JSON.parse(await kubectl(['get', KINDS, '--output', 'json'])).items,
    );
    if (missing.length === 0) return;
    report.detail(missing.join(', '));
    if (failed.length > 0) await giveUp(`Job ${failed.join(' and ')} failed.`);
    if (Date.now() >= until)
      await giveUp(`Not everything is ready after ${timeoutMs / 1000} s: ${missing.join(', ')}.`);
    await pause(LOOK_EVERY_MS);
  }
}

async function giveUp(what) {
  throw new Error(`${what}\n\n${await collectEvidence()}`);
}
