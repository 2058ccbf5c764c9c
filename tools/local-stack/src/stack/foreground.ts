import type { Progress } from '../bootstrap/progress.js';
import { freePortFrom, isPortFree } from '../processes/ports.js';
import { readyBanner, runningBanner } from './banner.js';
import { findRunningStack } from './running.js';
import { StopSignals } from './signals.js';
import { StackLockedError, startStack, type RunningStack } from './start-stack.js';

export interface ForegroundOptions {
  readonly dataDir: string;
  /** The gateway's port, when somebody asked for one; else the usual one, or the next that is free. */
  readonly port?: number | undefined;
  readonly progress: Progress;
  /** See `StackOptions`. */
  readonly root?: string | undefined;
}

/** Where the documentation says the gateway is. */
const USUAL_PORT = 3_000;

/**
 * Runs a stack until a signal comes: what `npm start` does once everything is installed and built.
 * @returns the exit code: 0 after an orderly end or when a stack runs here already, 130 when the start was called
 * off, 1 when it failed.
 */
export async function runForeground(options: ForegroundOptions): Promise<number> {
  const { dataDir, progress, root } = options;
  const signals = new StopSignals();
  try {
    const stack = await startStack({
      dataDir,
      port: () => choosePort(options),
      log: (line) => progress.note(`${new Date().toTimeString().slice(0, 8)}  ${line}`),
      progress,
      signal: signals.first,
      ...(root === undefined ? {} : { root }),
    });
    progress.note(readyBanner(stack.info, dataDir));
    await signals.received();
    await stop(stack, progress, signals);
    return 0;
  } catch (error) {
    if (error instanceof StackLockedError) return tellWhatRuns(dataDir, progress);
    if (signals.first.aborted) {
      progress.note('Stopped before it was ready.');
      return 130;
    }
    progress.note(`\n${(error as Error).message}\n`);
    return 1;
  } finally {
    signals.dispose();
  }
}

/**
 * Says what runs on this folder.
 * @returns the exit code: 0 when it is ready for use, 1 when not.
 */
export async function tellWhatRuns(dataDir: string, progress: Progress): Promise<number> {
  const found = await findRunningStack(dataDir);
  if (!found) {
    progress.note(`No stack runs on ${dataDir}.`);
    return 1;
  }
  progress.note(runningBanner(found, dataDir));
  return found.info ? 0 : 1;
}

async function choosePort({ port, progress }: ForegroundOptions): Promise<number> {
  if (port !== undefined) return port;
  if (await isPortFree(USUAL_PORT)) return USUAL_PORT;
  const free = await freePortFrom(USUAL_PORT + 1);
  progress.note(`Port ${USUAL_PORT} is taken by another program: the gateway will be on ${free}.`);
  return free;
}

async function stop(stack: RunningStack, progress: Progress, signals: StopSignals): Promise<void> {
  signals.onInsist(() => {
    progress.note('Asked again: ending everything now.');
    stack.killNow();
  });
  await progress.step('Stopping', async (report) => {
    report.detail('Ctrl-C again ends it at once');
    await stack.stop();
    report.title('Stopped');
    report.detail('');
  });
}
