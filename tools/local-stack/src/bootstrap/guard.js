/**
 * Watches over this process from outside. A `kill -9` cannot be caught, but it closes our end of a pipe: the shell
 * below then asks every process on its list to stop, and ends those that have not within ten seconds.
 *
 * A shell, because it costs nothing (1 MB, asleep in `read`) and shares no fate with Node. It takes no orders but
 * ours: a test runner that ends its whole tree of processes must not end the guard first. It sends SIGINT, because
 * that means "stop now" to all of them; to PostgreSQL SIGTERM means "when the last client has left".
 *
 * Plain JavaScript because `tools/start.js` needs it before anything is installed or built.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

const script = `
trap '' HUP INT TERM
pids=
while read -r op pid; do
  case $op in
    +) pids="$pids $pid" ;;
    -) rest=; for p in $pids; do [ "$p" = "$pid" ] || rest="$rest $p"; done; pids=$rest ;;
  esac
done
alive() { for p in $pids; do kill -0 "$p" 2>/dev/null && return 0; done; return 1; }
for p in $pids; do kill -s INT "$p" 2>/dev/null; done
for second in 1 2 3 4 5 6 7 8 9 10; do alive || exit 0; sleep 1; done
for p in $pids; do kill -s KILL "$p" 2>/dev/null; done
`;

/**
 * @typedef {object} Guard
 * @property {import('node:child_process').ChildProcess} shell
 * @property {import('node:net').Socket} orders The shell's stdin.
 * @property {Set<number>} pids
 */

/** @type {Guard | undefined} */
let current;

/**
 * From now on the process is stopped when this one dies, however it dies.
 * @param {number} pid
 */
export function watch(pid) {
  current ??= startGuard();
  current.pids.add(pid);
  current.orders.write(`+ ${pid}\n`);
}

/**
 * The process has ended by itself. Resolves when the guard is gone too, if this was the last one it watched.
 * @param {number} pid
 * @returns {Promise<void>}
 */
export async function unwatch(pid) {
  const guard = current;
  if (!guard?.pids.delete(pid)) return;
  guard.orders.write(`- ${pid}\n`);
  if (guard.pids.size > 0) return;
  current = undefined;
  guard.shell.ref();
  guard.orders.end();
  if (guard.shell.exitCode === null && guard.shell.signalCode === null) await once(guard.shell, 'exit');
}

/** @returns {Guard} */
function startGuard() {
  // Its own session: neither Ctrl-C nor a kill of our process group may take the guard along.
  const shell = spawn('/bin/sh', ['-c', script], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const orders = /** @type {import('node:net').Socket} */ (/** @type {unknown} */ (shell.stdin));
  const forget = () => {
    if (current?.shell === shell) current = undefined;
  };
  // Somebody may shoot the guard itself: the processes then fall back on the clean-up by the next start.
  shell.on('error', forget).on('exit', forget);
  orders.on('error', forget);
  shell.unref();
  orders.unref();
  return { shell, orders, pids: new Set() };
}
