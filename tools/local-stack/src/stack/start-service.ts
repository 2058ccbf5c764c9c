import { get } from 'node:http';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { StartupError } from '../processes/await-line.js';
import { callersEnvironment } from '../processes/environment.js';
import { describeExit, launch, type RunningProcess } from '../processes/launch.js';
import type { LogFile } from './log-file.js';
import { noteworthyLine, readableLine } from './readable-line.js';
import { localSettings, type Environment } from './services.js';

export interface AppOptions {
  readonly name: string;
  /** The Node that runs it: see `locateServiceNode`. */
  readonly node: string;
  /** Where `apps/` is. */
  readonly root: string;
  /** What the stack decides; goes before everything else. */
  readonly env: Environment;
  readonly logFile: LogFile;
}

/** Longer than a service takes for its own orderly end (libs/service: 25 s). */
const STOP_WITHIN_MS = 30_000;
const READY_WITHIN_MS = 60_000;
const ASK_EVERY_MS = 40;
/** As in the images (docker/Dockerfile), where is said why; 256 MB are what most services have there. */
const v8Options = ['--max-old-space-size=256', '--max-semi-space-size=16', '--v8-pool-size=1'];
/** Lines of output that an error message carries. */
const TAIL = 12;

/**
 * Starts a service and resolves when its `/health/ready` answers 200.
 * @param log Gets what is worth a line on the terminal, once the service is ready.
 * @throws StartupError with the last lines it logged, when it ends before, takes too long, or the signal fires.
 */
export async function startService(
  app: AppOptions,
  port: number,
  log: (line: string) => void,
  signal: AbortSignal,
): Promise<RunningProcess> {
  let ready = false;
  const { service, tail } = await launchApp(app, 'main.js', [], (line) => {
    // Until then everything is in the error message, should there be one.
    const shown = ready ? noteworthyLine(line) : undefined;
    if (shown !== undefined) log(`${app.name}  ${shown}`);
  });
  const ended = new AbortController();
  void service.exited.then(() => ended.abort());
  try {
    await untilReady(port, AbortSignal.any([signal, ended.signal, AbortSignal.timeout(READY_WITHIN_MS)]));
    ready = true;
    return service;
  } catch {
    const exit = await service.stop();
    const what = signal.aborted
      ? 'was stopped while starting'
      : ended.signal.aborted
        ? `ended while starting (${describeExit(exit)})`
        : `was not ready within ${READY_WITHIN_MS / 1000} s`;
    throw new StartupError(`${app.name} ${what}`, tail().join('\n'));
  }
}

/**
 * Runs one of an app's programs to its end, `admin.js` for instance.
 * @throws StartupError with the last lines it printed, when it exits with anything but 0.
 */
export async function runProgram(
  app: AppOptions,
  program: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  await untilDone(`${app.name}'s ${program}`, await launchApp(app, program, args), signal);
}

/**
 * Runs the migrations of all these apps.
 * @throws StartupError with the last lines printed, when one of them fails.
 */
export async function migrate(
  apps: readonly AppOptions[],
  { node, logFile }: Pick<AppOptions, 'node' | 'logFile'>,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const turns = apps.map(({ name, root, env }) => ({
    name,
    env,
    program: programOf(root, name, 'migrate.js'),
  }));
  const script = path.join(import.meta.dirname, 'run-in-turn.js');
  const env = { QFLOW_TURNS: JSON.stringify(turns) };
  const launched = await launchNode({ node, env, logFile }, [script]);
  await untilDone('Migrating', launched, signal);
}

interface Launched {
  readonly service: RunningProcess;
  /** The last lines it printed, made readable. */
  readonly tail: () => string[];
}

async function untilDone(what: string, { service, tail }: Launched, signal: AbortSignal): Promise<void> {
  const callOff = () => void service.stop();
  signal.addEventListener('abort', callOff, { once: true });
  const exit = await service.exited;
  signal.removeEventListener('abort', callOff);
  signal.throwIfAborted();
  if (exit.code !== 0) throw new StartupError(`${what} failed (${describeExit(exit)})`, tail().join('\n'));
}

function launchApp(
  app: AppOptions,
  program: string,
  args: readonly string[],
  onLine?: (line: string) => void,
): Promise<Launched> {
  return launchNode(app, [programOf(app.root, app.name, program), ...args], onLine);
}

function programOf(root: string, name: string, program: string): string {
  return path.join(root, 'apps', name, 'dist', program);
}

async function launchNode(
  { node, env, logFile }: Pick<AppOptions, 'node' | 'env' | 'logFile'>,
  args: readonly string[],
  onLine: (line: string) => void = () => {},
): Promise<Launched> {
  const lines: string[] = [];
  const service = await launch({
    command: node,
    args: [...v8Options, ...args],
    env: { ...localSettings, ...callersEnvironment(), ...env },
    stopSignal: 'SIGTERM',
    stopWithin: STOP_WITHIN_MS,
    onLine: (line) => {
      logFile.write(line);
      lines.push(line);
      if (lines.length > TAIL) lines.shift();
      onLine(line);
    },
  });
  return { service, tail: () => lines.map(readableLine) };
}

async function untilReady(port: number, signal: AbortSignal): Promise<void> {
  while (!(await answersReady(port, signal))) await pause(ASK_EVERY_MS, undefined, { signal });
}

function answersReady(port: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(
      { host: '127.0.0.1', port, path: '/health/ready', agent: false, signal },
      (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      },
    );
    request.on('error', () => resolve(false));
  });
}
