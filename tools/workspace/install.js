import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root, runQuietly } from './run.js';

const lockFile = path.join(root, 'package-lock.json');
const stamp = path.join(root, 'node_modules', '.qflow', 'installed');

/**
 * Installs exactly what the lock file says, unless that is what is there.
 * @param {import('../local-stack/src/bootstrap/progress.js').Progress} progress
 */
export async function ensureInstalled(progress) {
  if (isInstalled()) return;
  await progress.step('Installing the dependencies with npm (a minute or so, once)', async (report) => {
    const [command, ...args] = npm();
    await runQuietly(command, [...args, 'ci', '--no-audit', '--no-fund'], { name: 'npm ci' });
    remember();
    report.title('Dependencies installed');
  });
}

function isInstalled() {
  const text = readFileSync(lockFile, 'utf8');
  const wanted = JSON.parse(text);
  if (!hasNested(wanted)) return false;
  if (read(stamp) === hash(text)) return true;
  const installed = JSON.parse(read(path.join(root, 'node_modules/.package-lock.json')) ?? 'null');
  if (!matches(wanted, installed)) return false;
  remember();
  return true;
}

/** Whether the packages are there that npm had to put into a project's own node_modules. */
function hasNested(wanted) {
  return Object.entries(wanted.packages)
    .filter(([name, entry]) => /^(apps|libs|tools)\/.*\/node_modules\//.test(name) && !entry.optional)
    .every(([name]) => existsSync(path.join(root, name)));
}

/**
 * npm writes down what it has installed, as the last thing it does. So somebody's own `npm install` counts too, and
 * one that was interrupted does not.
 */
function matches(wanted, installed) {
  if (!installed) return false;
  return Object.entries(wanted.packages).every(([name, entry]) => {
    if (!name.includes('node_modules/')) return true;
    const found = installed.packages[name];
    // Optional packages are for other platforms mostly.
    return found ? found.version === entry.version : Boolean(entry.optional);
  });
}

function remember() {
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, hash(readFileSync(lockFile, 'utf8')));
}

/** The npm that called us, when one did: there may be several, and not all of them may fit this Node. */
function npm() {
  const caller = process.env.npm_execpath ?? '';
  return path.basename(caller) === 'npm-cli.js' ? [process.execPath, caller] : ['npm'];
}

const hash = (text) => createHash('sha256').update(text).digest('hex');

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
