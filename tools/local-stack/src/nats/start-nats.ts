import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { runsOn } from '../bootstrap/process-identity.js';
import { StartupError, StartupOutput } from '../processes/await-line.js';
import { callersEnvironment } from '../processes/environment.js';
import { launch, type RunningProcess } from '../processes/launch.js';
import { stopLeftOverPid } from '../processes/left-overs.js';
import { freePort } from '../processes/ports.js';
import { workspaceRoot } from '../stack/folder.js';
import { locateNats } from './binary.js';
import { natsInfo } from './handshake.js';

export interface NatsOptions {
  /** The folder that is this server's; made when missing. */
  readonly dataDir: string;
  /** A free one when left out. */
  readonly port?: number;
  /** Passwords of the users in `k8s/nats/users.conf`, who then are the only ones let in; without, everybody is. */
  readonly users?: Readonly<Record<string, string>>;
  /** More of the server's options, as on its command line. */
  readonly args?: readonly string[];
  /** What a person should know, for instance that a left-over was stopped. */
  readonly log?: (line: string) => void;
  /** Every line that the server prints. */
  readonly output?: (line: string) => void;
}

export interface RunningNats extends RunningProcess {
  /** `nats://127.0.0.1:…` */
  readonly url: string;
  readonly port: number;
  /** For instance `2.14.0`. */
  readonly version: string;
}

/** Long enough to read back streams of many gigabytes. */
const READY_WITHIN_MS = 60_000;
const PORT_TRIES = 5;

/** Who may do what; the cluster's servers run with the same file. */
const usersFile = path.join(workspaceRoot, 'k8s/nats/users.conf');

/**
 * Starts a real NATS server with JetStream on file storage in `dataDir`, stops what an earlier run left behind on it,
 * and resolves when the server has greeted us.
 * @throws StartupError with the server's own words, when it does not come up.
 */
export async function startNats(options: NatsOptions): Promise<RunningNats> {
  const log = options.log ?? (() => {});
  const command = await locateNats(log);
  const dataDir = path.resolve(options.dataDir);
  await mkdir(dataDir, { recursive: true });
  await stopLeftOverNats(dataDir, log);
  for (let tries = 1; ; tries++) {
    const port = options.port ?? (await freePort());
    try {
      const server = await tryStart(command, dataDir, port, options);
      const { version } = await greet(server, port);
      return { ...server, url: `nats://127.0.0.1:${port}`, port, version };
    } catch (error) {
      const stolen = error instanceof StartupError && error.output.includes('address already in use');
      if (!stolen || options.port !== undefined || tries === PORT_TRIES) throw error;
    }
  }
}

/** The variables that `users.conf` takes the passwords from. */
const passwordVariables = (users: NatsOptions['users'] = {}): Record<string, string> =>
  Object.fromEntries(
    Object.entries(users).map(([user, password]) => [`${user.toUpperCase()}_PASSWORD`, password]),
  );

async function tryStart(
  command: string,
  dataDir: string,
  port: number,
  options: NatsOptions,
): Promise<RunningProcess> {
  const output = new StartupOutput('NATS');
  const server = await launch({
    command,
    args: [
      ...['--addr', '127.0.0.1', '--port', String(port)],
      ...['--jetstream', '--store_dir', dataDir, '--pid', pidFile(dataDir)],
      ...(options.users ? ['--config', usersFile] : []),
      ...(options.args ?? []),
    ],
    env: { ...callersEnvironment(), ...passwordVariables(options.users) },
    stopSignal: 'SIGTERM',
    stopWithin: 15_000,
    onLine: (line) => {
      output.add(line);
      options.output?.(line);
    },
  });
  try {
    await output.line(/Server is ready/, server.exited, READY_WITHIN_MS);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}

async function greet(server: RunningProcess, port: number): Promise<{ version: string }> {
  const info = await natsInfo(port);
  if (info.jetstream) return info;
  await server.stop();
  throw new Error(`The NATS server on port ${port} came up without JetStream.`);
}

/**
 * A NATS server does not lock its store: two of them on one folder would ruin it. So the one that a killed run left
 * there has to go first, and it is known by its command line.
 */
async function stopLeftOverNats(dataDir: string, log: (line: string) => void): Promise<void> {
  const pid = Number.parseInt(await readFile(pidFile(dataDir), 'utf8').catch(() => ''), 10);
  if (!(pid > 0) || !runsOn(pid, dataDir)) return;
  log(`An earlier run left its NATS server (pid ${pid}) behind; stopping it.`);
  await stopLeftOverPid(pid, [
    ['SIGTERM', 10_000],
    ['SIGKILL', 5_000],
  ]);
}

function pidFile(dataDir: string): string {
  return path.join(dataDir, 'nats.pid');
}
