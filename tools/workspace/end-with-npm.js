import { clearInterval, setInterval } from 'node:timers';

const LOOK_EVERY_MS = 1_000;

/**
 * Called by npm, this program belongs to it: whoever kills npm (a `kill -9` cannot be passed on) means us too. The
 * operating system tells by handing us to another parent.
 */
export function endWithNpm() {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, LOOK_EVERY_MS);
  timer.unref();
}
