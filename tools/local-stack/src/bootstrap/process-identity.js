/**
 * Who is behind a process id. A bare pid proves nothing: the system hands it out again, so everything that may
 * be killed later is remembered together with the moment at which it started.
 *
 * Plain JavaScript because `tools/start.js` needs it before anything is installed or built.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const linux = process.platform === 'linux';

/**
 * @typedef {object} ProcessIdentity
 * @property {number} pid
 * @property {string} started When the process started, in the system's own notation; only good for comparing.
 */

/**
 * @param {number} pid
 * @returns {ProcessIdentity | undefined} undefined when there is no such process, or only its zombie.
 */
export function identify(pid) {
  const started = linux ? startOnLinux(pid) : startFromPs(pid);
  return started === undefined ? undefined : { pid, started };
}

/**
 * Whether the very process that was identified earlier still runs.
 * @param {ProcessIdentity} identity
 */
export function isRunning(identity) {
  return identify(identity.pid)?.started === identity.started;
}

/**
 * The command line of a process, its arguments joined by spaces; empty when it is gone or not ours to read.
 * @param {number} pid
 * @returns {string}
 */
function commandLine(pid) {
  try {
    if (linux) return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return ps(pid, 'command=');
  } catch {
    return '';
  }
}

/**
 * Whether a process was started with this folder as one of its arguments: what tells our server on that folder from
 * a stranger who was given the same pid.
 * @param {number} pid
 * @param {string} folder
 */
export function runsOn(pid, folder) {
  return `${commandLine(pid)} `.includes(` ${folder} `);
}

/**
 * @param {number} pid
 * @returns {string | undefined}
 */
function startOnLinux(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // proc(5): the command name may hold anything, even `)`; state and start time (22nd field) come after the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    // Ticks count from boot, and a container that boots twice repeats itself: the boot id tells the two apart.
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${fields[19]}`;
  } catch {
    return undefined;
  }
}

/**
 * @param {number} pid
 * @returns {string | undefined}
 */
function startFromPs(pid) {
  try {
    const [state = '', ...started] = ps(pid, 'state=,lstart=').split(/\s+/);
    return state === '' || state.startsWith('Z') ? undefined : started.join(' ');
  } catch {
    return undefined;
  }
}

/**
 * @param {number} pid
 * @param {string} columns
 */
function ps(pid, columns) {
  const stdio = /** @type {['ignore', 'pipe', 'ignore']} */ (['ignore', 'pipe', 'ignore']);
  return execFileSync('ps', ['-o', columns, '-p', String(pid)], { encoding: 'utf8', stdio }).trim();
}
