import { randomBytes } from 'node:crypto';
import { chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { StartupError, StartupOutput } from '../processes/await-line.js';
import { callersEnvironment } from '../processes/environment.js';
import { describeExit, launch } from '../processes/launch.js';
import type { Account } from './account.js';
import type { Place } from './place.js';

/** The superuser of every server we make. */
export const superuser = 'postgres';

/**
 * Creates the data folder when there is none, and checks its version when there is.
 * @returns the superuser's password.
 * @throws Error when initdb fails, or when the data is of another major version.
 */
export async function initialise(
  place: Place,
  version: string,
  account: Account | undefined,
): Promise<string> {
  const major = version.split('.')[0];
  const passwordFile = path.join(place.folder, 'password');
  const found = await readFile(path.join(place.data, 'PG_VERSION'), 'utf8').catch(ignoreMissing);
  if (found === undefined) {
    await writePassword(passwordFile, account);
    await runInitdb(place, passwordFile, account);
  } else if (found.trim() !== major) {
    throw new Error(
      `${place.data} is of PostgreSQL ${found.trim()}, the programs are of ${major}. "npm run reset" drops it.`,
    );
  }
  return readFile(passwordFile, 'utf8');
}

/**
 * Makes the folder beside its final name and moves it there when it is whole: whatever interrupts initdb, no start
 * ever finds half a database.
 */
async function runInitdb(place: Place, passwordFile: string, account: Account | undefined): Promise<void> {
  const draft = path.join(place.folder, 'data.new');
  await rm(draft, { recursive: true, force: true });
  const output = new StartupOutput('initdb');
  const args = [
    `--pgdata=${draft}`,
    `--username=${superuser}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // The same order and case rules on every machine, and English log lines.
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
  ];
  // Made by us, because the account may not write next to it; initdb takes an empty folder that is its own.
  await mkdir(draft, { mode: 0o700 });
  if (account) await chown(draft, account.uid, account.gid);
  const initdb = await launch({
    command: path.join(place.bin, 'initdb'),
    args,
    env: callersEnvironment(),
    uid: account?.uid,
    gid: account?.gid,
    stopSignal: 'SIGTERM',
    stopWithin: 5_000,
    onLine: output.add,
  });
  const exit = await initdb.exited;
  if (exit.code !== 0)
    throw new StartupError(`PostgreSQL's initdb failed (${describeExit(exit)})`, output.tail());
  await rename(draft, place.data);
}

async function writePassword(file: string, account: Account | undefined): Promise<void> {
  await rm(file, { force: true });
  await writeFile(file, randomBytes(18).toString('base64url'), { mode: 0o600 });
  if (account) await chown(file, account.uid, account.gid);
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
