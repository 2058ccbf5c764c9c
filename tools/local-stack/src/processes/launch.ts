import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { unwatch, watch } from '../bootstrap/guard.js';

/** How a process ended: by itself with a code, or by a signal. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface RunningProcess {
  readonly pid: number;
  /** Resolves when the process has ended, for whatever reason; never rejects. */
  readonly exited: Promise<Exit>;
  /** Asks it to stop, and kills it when it has not within its bound. Resolves when it is gone. */
  stop(): Promise<Exit>;
}

export interface LaunchOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  /** The polite request: what makes this program finish what it is at and leave. */
  readonly stopSignal: NodeJS.Signals;
  /** Milliseconds after which a polite request becomes SIGKILL. */
  readonly stopWithin: number;
  /** Every line that it prints, on stdout or stderr. */
  readonly onLine: (line: string, stream: 'stdout' | 'stderr') => void;
}

/**
 * Starts a long-running program. It gets a session of its own, so that Ctrl-C reaches only us and we stop things
 * in order, and the guard, so that it does not outlive us.
 * @throws Error naming the command, when it cannot be started at all.
 */
export async function launch(options: LaunchOptions): Promise<RunningProcess> {
  const { command, args, env, cwd = '/', uid, gid, onLine } = options;
  const child = spawn(command, args, {
    env,
    cwd,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
  });
  createInterface(child.stdout).on('line', (line) => onLine(line, 'stdout'));
  createInterface(child.stderr).on('line', (line) => onLine(line, 'stderr'));
  // Not 'close': a grandchild may hold the pipes open long after the process itself has died.
  const ended = new Promise<Exit>((resolve) => child.on('exit', (code, signal) => resolve({ code, signal })));
  try {
    await once(child, 'spawn');
  } catch (error) {
    throw new Error(`Cannot start ${command}: ${(error as Error).message}`, { cause: error });
  }
  const pid = child.pid as number;
  watch(pid);
  const exited = ended.then(async (exit) => {
    await unwatch(pid);
    return exit;
  });
  return { pid, exited, stop: () => stop(child, exited, options) };
}

async function stop(child: ChildProcess, exited: Promise<Exit>, options: LaunchOptions): Promise<Exit> {
  // Through the child, not its pid: once it has ended, the pid may be somebody else's.
  child.kill(options.stopSignal);
  const timer = setTimeout(() => child.kill('SIGKILL'), options.stopWithin);
  try {
    return await exited;
  } finally {
    clearTimeout(timer);
  }
}

/** Sends a signal to a process that may be gone already. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** An exit in words: `exit code 1`, `killed by SIGKILL`. */
export function describeExit({ code, signal }: Exit): string {
  return signal ? `killed by ${signal}` : `exit code ${code}`;
}
