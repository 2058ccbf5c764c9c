import path from 'node:path';
import type { Commands } from './commands.js';
import { installPackages, isOnPath } from './debian.js';

/** From this version on `docker build` needs a plugin for BuildKit, which a hand-installed client may lack. */
const buildxSince = 23;

/**
 * Installs what is missing of Docker's programs, and sees to it that `docker` is one that can build: a machine may have
 * several.
 * @returns what was installed.
 */
export async function provideDocker(commands: Commands): Promise<string[]> {
  const installed: string[] = [];
  const install = async (name: string) => {
    await installPackages(commands, [name]);
    installed.push(name);
  };
  if (!isOnPath('dockerd')) await install('docker.io');
  // Debian 13 has the client in a package of its own, and 12 in that of the daemon.
  if (!isOnPath('docker')) await install('docker-cli');
  if (!(await chooseBuilder(commands))) {
    await install('docker-buildx');
    if (!(await chooseBuilder(commands)))
      throw new Error(
        'There is no docker client that can build with BuildKit, and docker-buildx is no help.',
      );
  }
  if (!(await composeProgram(commands))) await install('docker-compose');
  if (!isOnPath('debootstrap')) await install('debootstrap');
  return installed;
}

/** `docker compose` where the plugin is there, and else the older `docker-compose`. */
export async function composeProgram(commands: Commands): Promise<readonly string[] | undefined> {
  for (const program of [['docker', 'compose'], ['docker-compose']] as const) {
    const [name, ...args] = program;
    if ((await commands.attempt(name, [...args, 'version'])).code === 0) return program;
  }
  return undefined;
}

/** Puts a client that can build with BuildKit before the others. */
async function chooseBuilder(commands: Commands): Promise<boolean> {
  for (const program of ['docker', '/usr/bin/docker']) {
    if (!(await buildsWith(commands, program))) continue;
    if (program !== 'docker') commands.preferPrograms(path.dirname(program));
    return true;
  }
  return false;
}

async function buildsWith(commands: Commands, program: string): Promise<boolean> {
  if ((await commands.attempt(program, ['buildx', 'version'])).code === 0) return true;
  const { output } = await commands.attempt(program, ['--version']);
  const [, major] = /version (\d+)\./.exec(output) ?? [];
  return major !== undefined && Number(major) < buildxSince;
}
