import { mkdir, rm } from 'node:fs/promises';
import { takeLock, type Lock, type LockHolder } from '../bootstrap/lock.js';
import { silentProgress, type Progress } from '../bootstrap/progress.js';
import { choosePorts } from './choose-ports.js';
import { stackFolder, workspaceRoot, type StackFolder } from './folder.js';
import { ProcessRecord } from './process-record.js';
import { loadSecrets } from './secrets.js';
import type { Environment } from './services.js';
import type { ProcessName, StackInfo } from './stack-info.js';
import { Stack } from './stack.js';

export interface StackOptions {
  /** Where the stack keeps its things. Two stacks on two folders do not notice each other. */
  readonly dataDir: string;
  /** The gateway's port; a free one when left out. A function is asked when left-overs of this folder are gone. */
  readonly port?: number | (() => Promise<number>);
  /** Settings for every service, or for one of them; these go before everything else. */
  readonly env?: Environment;
  readonly serviceEnv?: Readonly<Partial<Record<ProcessName, Environment>>>;
  /** The checkout whose `apps/*\/dist` run; the one that this package is in when left out. */
  readonly root?: string;
  /** Gets what a person wants to know while it runs: crashes, restarts, warnings of the services. */
  readonly log?: (line: string) => void;
  readonly progress?: Progress;
  /** Calls the start off; whatever runs already is stopped. */
  readonly signal?: AbortSignal;
}

export interface RunningStack {
  /** As `stack.json` has it, with the pids of this moment. */
  readonly info: StackInfo;
  /**
   * Sends a signal (SIGKILL when left out) to one of the processes. Resolves with its new pid when it was started
   * again and is ready, with undefined when the stack is stopped before.
   */
  kill(name: ProcessName, signal?: NodeJS.Signals): Promise<number | undefined>;
  /** Stops everything, services first. Whatever does not stop in time is killed. */
  stop(): Promise<void>;
  /** Ends a `stop` that takes too long for somebody's taste. */
  killNow(): void;
}

/** Somebody else runs a stack on this folder. */
export class StackLockedError extends Error {
  constructor(
    readonly dataDir: string,
    readonly holder: LockHolder,
  ) {
    super(`A stack is running on ${dataDir} already (pid ${holder.pid}).`);
    this.name = 'StackLockedError';
  }
}

/**
 * Starts PostgreSQL, NATS, every service and the sandbox, with migrations and a demo account, and keeps them running
 * until `stop`. DATABASE_URL and NATS_URL in the environment replace the servers.
 * @throws StackLockedError when this folder is in use; Error with the culprit's last words when something does not
 * come up. Nothing is left running then.
 */
export async function startStack(options: StackOptions): Promise<RunningStack> {
  const folder = stackFolder(options.dataDir);
  await mkdir(folder.logs, { recursive: true });
  const lock = lockOf(folder);
  const record = new ProcessRecord(folder.processesFile);
  try {
    const stack = await prepare(options, folder, record);
    const stop = async () => {
      await stack.stop();
      await rm(folder.stackFile, { force: true });
      await record.clear();
      lock.release();
    };
    const callOff = () => void stack.stop();
    options.signal?.addEventListener('abort', callOff, { once: true });
    try {
      options.signal?.throwIfAborted();
      await stack.start(options.progress ?? silentProgress);
      options.signal?.throwIfAborted();
    } catch (error) {
      await stop();
      throw error;
    } finally {
      options.signal?.removeEventListener('abort', callOff);
    }
    return runningStack(stack, stop);
  } catch (error) {
    lock.release();
    throw error;
  }
}

function lockOf(folder: StackFolder): Lock {
  const taken = takeLock(folder.lockFile);
  if ('holder' in taken) throw new StackLockedError(folder.dataDir, taken.holder);
  return taken.lock;
}

async function prepare(options: StackOptions, folder: StackFolder, record: ProcessRecord): Promise<Stack> {
  const log = options.log ?? (() => {});
  await rm(folder.stackFile, { force: true });
  const leftOvers = await record.stopLeftOvers();
  if (leftOvers.length > 0)
    log(`The last run was killed; stopped what it left behind: ${leftOvers.join(', ')}.`);
  const port = typeof options.port === 'function' ? await options.port() : options.port;
  return new Stack({
    folder,
    root: options.root ?? workspaceRoot,
    ports: await choosePorts(folder.dataDir, port),
    secrets: await loadSecrets(folder.secretsFile),
    servers: { databaseUrl: process.env.DATABASE_URL ?? '', natsUrl: process.env.NATS_URL ?? '' },
    env: (name) => ({ ...options.env, ...options.serviceEnv?.[name] }),
    record,
    log,
  });
}

function runningStack(stack: Stack, stop: () => Promise<void>): RunningStack {
  let stopped: Promise<void> | undefined;
  return {
    get info() {
      return stack.info;
    },
    kill: (name, signal = 'SIGKILL') => stack.kill(name, signal),
    stop: () => (stopped ??= stop()),
    killNow: () => stack.killNow(),
  };
}
