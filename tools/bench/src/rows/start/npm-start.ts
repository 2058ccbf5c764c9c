import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { findRunningStack } from '@qflow/local-stack';

export interface NpmStart {
  /** A checkout. */
  readonly folder: string;
  readonly dataDir: string;
  readonly port: number;
  /** Where npm keeps what it has downloaded. */
  readonly cache: string;
  readonly withinSeconds: number;
  readonly signal: AbortSignal;
}

const lookEveryMs = 50;
const stopWithinMs = 60_000;
const lastLines = 20;

/**
 * Runs `npm start` as a person would, until the stack is ready, and stops it again.
 * @returns the seconds from the call until the API said that it was ready
 * @throws Error with the last lines of its output, when it ends by itself or takes too long
 */
export async function npmStart(start: NpmStart): Promise<number> {
  const { folder, dataDir, port, cache, withinSeconds, signal } = start;
  signal.throwIfAborted();
  const from = performance.now();
  // A group of its own, so that nothing of it can outlive this.
  const child = spawn('npm', ['start', '--', '--data', dataDir, '--port', String(port)], {
    cwd: folder,
    env: { ...environment(), npm_config_cache: cache },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) =>
      output.splice(0, Math.max(0, output.push(text.toString()) - lastLines)),
    );
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code, by) => reject(new Error(`npm start ended (${by ?? `exit code ${code}`})`)));
  });
  try {
    await Promise.race([failed, untilReady(dataDir, withinSeconds, signal)]);
    return (performance.now() - from) / 1_000;
  } catch (error) {
    signal.throwIfAborted();
    throw new Error(`${(error as Error).message}. It said:\n${output.join('')}`, { cause: error });
  } finally {
    failed.catch(() => {});
    await stop(child);
  }
}

async function untilReady(dataDir: string, withinSeconds: number, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + withinSeconds * 1_000;
  while (performance.now() < deadline) {
    const found = await findRunningStack(dataDir);
    const answer = found?.info && (await fetch(`${found.info.gateway}/health/ready`).catch(() => undefined));
    await answer?.arrayBuffer();
    if (answer?.ok) return;
    await pause(lookEveryMs, undefined, { signal });
  }
  throw new Error(`npm start was not ready within ${withinSeconds} s`);
}

/** As Ctrl-C does it; what does not end by that is killed. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = once(child, 'exit');
  process.kill(-child.pid, 'SIGINT');
  const timer = setTimeout(() => process.kill(-(child.pid as number), 'SIGKILL'), stopWithinMs);
  await gone;
  clearTimeout(timer);
}

const runners =
  /^(npm_(lifecycle|package|command|execpath|node_execpath|config_(cache|prefix|local_prefix|global_prefix|user_agent))|JEST_|NX_)|^(INIT_CWD|PORT|NODE_OPTIONS|NODE_ENV)$/;

/** Ours, without what npm and others have said about this checkout. A person's own settings for npm stay. */
function environment(): NodeJS.ProcessEnv {
  const mine = Object.fromEntries(Object.entries(process.env).filter(([name]) => !runners.test(name)));
  const places = (mine.PATH ?? '').split(path.delimiter);
  return { ...mine, PATH: places.filter((place) => !place.includes('node_modules')).join(path.delimiter) };
}
