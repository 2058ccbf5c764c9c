import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { descendantsOf } from './descendants.js';
import { unwatch, watch } from '../local-stack/src/bootstrap/guard.js';

/** The checkout. */
export const root = path.resolve(import.meta.dirname, '../..');

/** Lines of a failed command's output that go into the error message. */
const TAIL = 40;

/** npm in the middle of an install does not listen; it is simply done again next time. */
const STOP_WITHIN_MS = 3_000;

/** Children of this process, so that a signal that ends us ends them first. */
const children = new Set();

/**
 * Nx without its background process, which would outlive us, without taking the terminal over, and without
 * advertising.
 * @type {Record<string, string>}
 */
const nxSettings = { NX_DAEMON: 'false', NX_TUI: 'false', NX_NO_CLOUD: 'true' };

/**
 * Runs a command to its end, quietly.
 * @param {string} command
 * @param {string[]} args
 * @param {object} [options]
 * @param {string} [options.name] What an error message calls it.
 * @param {string} [options.cwd]
 * @param {(line: string) => boolean} [options.onLine] Sees every line; those it says true to are only progress, and
 *   no error message needs them.
 * @throws {Error} with the end of its output, when it exits with anything but 0.
 */
export async function runQuietly(
  command,
  args,
  { name = args.join(' '), cwd = root, onLine = () => false } = {},
) {
  const lines = [];
  const child = spawn(command, args, {
    cwd,
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on('line', (line) => void (onLine(line) || lines.push(line)));
  }
  const code = await ended(child, 'close');
  if (code === 0) return;
  const tail = lines.slice(-TAIL).map((line) => `    ${line}`);
  throw new Error([`${name} failed (exit code ${code}):`, ...tail].join('\n'));
}

/**
 * Runs a command to its end, with this terminal as its own.
 * @param {string} command
 * @param {string[]} args
 * @returns {Promise<number>} its exit code.
 */
export async function runInTerminal(command, args) {
  return ended(
    spawn(command, args, { cwd: root, env: environment(), stdio: 'inherit', detached: true }),
    'exit',
  );
}

/**
 * This Node and an installed package's program: no npx in between, which would ask the registry for what is missing.
 * @param {string} name The package.
 * @param {string} [program] Its program, when that is not called like the package.
 * @returns {[string, string]}
 */
export function packageProgram(name, program = name) {
  const folder = path.join(root, 'node_modules', name);
  const { bin } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  return [process.execPath, path.join(folder, typeof bin === 'string' ? bin : bin[program])];
}

/** The environment without npm's own settings: a nested npm would take them for orders. */
export function environment() {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('npm_'));
  return { ...Object.fromEntries(kept), ...nxSettings };
}

/**
 * Until `dispose`, SIGINT, SIGTERM and SIGHUP end the running command, with all its children, and then this process.
 * @param {() => void} last What to do before leaving.
 */
export function endWithChildren(last) {
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  const leave = async () => {
    await Promise.all([...children].map((child) => stop(child)));
    last();
    // The line of the running step is still open.
    process.stdout.write('\nStopped.\n');
    process.exit(130);
  };
  for (const name of names) process.on(name, leave);
  return { dispose: () => names.forEach((name) => process.off(name, leave)) };
}

async function ended(child, event) {
  children.add(child);
  try {
    await once(child, 'spawn');
    watch(child.pid);
    const [code, signal] = await once(child, event);
    return code ?? signal;
  } finally {
    children.delete(child);
    await unwatch(child.pid);
  }
}

/** With everything it has started in turn: compilers, test workers, their servers. */
async function stop(child) {
  const gone = once(child, 'exit');
  const all = [child.pid, ...descendantsOf(child.pid)];
  const signalAll = (signal) => {
    for (const pid of all) {
      try {
        process.kill(pid, signal);
      } catch {
        // Gone already.
      }
    }
  };
  signalAll('SIGTERM');
  const timer = setTimeout(() => signalAll('SIGKILL'), STOP_WITHIN_MS);
  await gone;
  clearTimeout(timer);
}
