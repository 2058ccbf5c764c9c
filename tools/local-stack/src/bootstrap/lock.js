/**
 * A lock file that names its holder. It outlives a `kill -9` on disk but not in effect: whoever finds it checks
 * whether that very process still runs.
 *
 * Plain JavaScript because `tools/start.js` needs it before anything is installed or built.
 */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { identify, isRunning } from './process-identity.js';

/**
 * @typedef {object} LockHolder
 * @property {number} pid
 * @property {string} started See ProcessIdentity.
 * @property {string} since RFC 3339.
 *
 * @typedef {object} Lock
 * @property {() => void} release Gives the lock back; harmless when repeated or when it was lost.
 */

/**
 * Takes the lock for this process, or says who has it. A lock whose holder is gone is taken over.
 * @param {string} file
 * @returns {{ lock: Lock } | { holder: LockHolder }}
 */
export function takeLock(file) {
  const self = identify(process.pid);
  const content = JSON.stringify({ ...self, pid: process.pid, since: new Date().toISOString() });
  const draft = `${file}.${process.pid}`;
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(draft, content, { mode: 0o644 });
  try {
    for (;;) {
      // A link either appears with its whole content or fails: nobody ever reads a half-written lock.
      if (attempt(() => linkSync(draft, file), 'EEXIST'))
        return { lock: { release: () => release(file, content) } };
      const found = readText(file);
      const holder = parse(found);
      if (holder && isRunning(holder)) return { holder };
      discard(file, found);
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * @param {string} file
 * @returns {LockHolder | undefined} who holds the lock now, if anybody does.
 */
export function lockHolder(file) {
  const holder = parse(readText(file));
  return holder && isRunning(holder) ? holder : undefined;
}

/**
 * Removes a stale lock, and only that one: two processes may find it at the same time, and the slower must not
 * remove the lock that the faster has put in its place.
 * @param {string} file
 * @param {string | undefined} stale
 */
function discard(file, stale) {
  const aside = `${file}.${process.pid}.stale`;
  if (!attempt(() => renameSync(file, aside), 'ENOENT')) return;
  if (readText(aside) !== stale) attempt(() => linkSync(aside, file), 'EEXIST');
  rmSync(aside, { force: true });
}

/**
 * @param {string} file
 * @param {string} content
 */
function release(file, content) {
  if (readText(file) === content) rmSync(file, { force: true });
}

/**
 * @param {() => void} work
 * @param {string} expected The error code that means "no".
 */
function attempt(work, expected) {
  try {
    work();
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === expected) return false;
    throw error;
  }
}

/**
 * @param {string} file
 * @returns {string | undefined}
 */
function readText(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * @param {string | undefined} text
 * @returns {LockHolder | undefined}
 */
function parse(text) {
  try {
    const value = JSON.parse(text ?? 'null');
    return Number.isInteger(value?.pid) && typeof value.started === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
