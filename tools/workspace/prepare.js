import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { takeLock } from '../local-stack/src/bootstrap/lock.js';
import { ensureBuilt } from './build.js';
import { ensureInstalled } from './install.js';
import { endWithChildren, root } from './run.js';

/**
 * Installs and builds what is missing or stale. Two scripts started at the same time take turns: they would pull
 * the ground from under each other.
 * @param {import('../local-stack/src/bootstrap/progress.js').Progress} progress
 * @param {{ build: boolean }} what
 */
export async function prepare(progress, { build }) {
  const lock = await waitForLock(progress);
  const signals = endWithChildren(() => lock.release());
  try {
    await ensureInstalled(progress);
    if (build) await ensureBuilt(progress);
  } finally {
    signals.dispose();
    lock.release();
  }
}

async function waitForLock(progress) {
  const file = path.join(root, '.local', 'prepare.lock');
  for (let told = false; ; told = true) {
    const taken = takeLock(file);
    if ('lock' in taken) return taken.lock;
    if (!told) progress.note(`Process ${taken.holder.pid} is installing or building here; waiting for it.`);
    await pause(200);
  }
}
