import { setTimeout as pause } from 'node:timers/promises';
import { identify, isRunning, type ProcessIdentity } from '../bootstrap/process-identity.js';
import { signalProcess } from './launch.js';

/** One rung of getting rid of a process: the signal, and how many milliseconds it gets to work. */
export type StopStep = readonly [signal: NodeJS.Signals, withinMs: number];

/**
 * Stops a process that an earlier run left behind. It is no child of ours, so there is no exit event to wait for:
 * the process table is looked at until it is gone.
 * @throws Error naming the pid, when even the last signal did not end it.
 */
export async function stopLeftOver(target: ProcessIdentity, steps: readonly StopStep[]): Promise<void> {
  for (const [signal, withinMs] of steps) {
    if (!isRunning(target)) return;
    signalProcess(target.pid, signal);
    const deadline = performance.now() + withinMs;
    while (performance.now() < deadline) {
      if (!isRunning(target)) return;
      await pause(20);
    }
  }
  if (isRunning(target)) throw new Error(`Process ${target.pid}, left by an earlier run, cannot be ended.`);
}

/** The same for a pid read from a file, once the caller made sure that it is one of ours. */
export async function stopLeftOverPid(pid: number, steps: readonly StopStep[]): Promise<void> {
  const target = identify(pid);
  if (target) await stopLeftOver(target, steps);
}
