import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { Tools } from './stand-in.js';

const socket = '/var/run/docker.sock';
const readyWithinMs = 30_000;
const lookEveryMs = 200;

/** A daemon that answers `docker`. */
export interface Daemon {
  /** Whether it was started here. */
  readonly ours: boolean;
  /** Its version, for a person. */
  readonly version: string;
  /** Ends it, if it was started here. */
  stop(): Promise<void>;
  /** Lets it run on when we end. */
  leave(): void;
}

/**
 * Takes the Docker daemon that answers, and starts one by hand where none does: in a container or a sandbox there is
 * no systemd that would.
 * @throws Error saying where its log is, when it does not come up.
 */
export async function dockerDaemon(tools: Tools): Promise<Daemon> {
  const found = await versionOf(tools);
  if (found) return { ours: false, version: found, stop: async () => {}, leave: () => {} };
  const { workshop } = tools;
  const logFile = workshop.at('dockerd.log');
  await mkdir(workshop.at('docker'), { recursive: true });
  const log = openSync(logFile, 'a');
  const child = spawn(
    'dockerd',
    [
      ...['--data-root', workshop.at('docker/data'), '--exec-root', workshop.at('docker/exec')],
      ...['--pidfile', workshop.at('docker/pid'), '--host', `unix://${socket}`],
    ],
    { detached: true, stdio: ['ignore', log, log] },
  );
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(`it ended (${code ?? signal})`));
  });
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  const version = await Promise.race([untilItAnswers(tools), ended.then((why) => new Error(why))]);
  if (typeof version === 'string') return { ours: true, version, stop, leave: () => child.unref() };
  await stop();
  throw new Error(`The Docker daemon does not come up: ${version.message}. Its log is ${logFile}.`);
}

async function untilItAnswers(tools: Tools): Promise<string | Error> {
  for (let waited = 0; waited < readyWithinMs; waited += lookEveryMs) {
    await pause(lookEveryMs);
    const version = await versionOf(tools);
    if (version) return version;
  }
  return new Error(`it does not answer within ${readyWithinMs / 1000} s`);
}

async function versionOf({ commands }: Tools): Promise<string | undefined> {
  const { code, stdout } = await commands.attempt('docker', ['version', '--format', '{{.Server.Version}}']);
  return code === 0 ? stdout.trim() : undefined;
}
