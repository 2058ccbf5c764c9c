import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, cp, lstat, mkdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Account } from './account.js';
import type { PostgresBinaries } from './binaries.js';

/** Where a server keeps its files and which programs it runs. */
export interface Place {
  /** Ours: the password, and below it the server's own folder. */
  readonly folder: string;
  /** The server's own: what PostgreSQL calls PGDATA. */
  readonly data: string;
  /** The folder with `initdb` and `postgres`. */
  readonly bin: string;
}

/**
 * Picks a place that the account can reach. A checkout below /root, say, is closed to `nobody`: programs and data
 * then live in a folder of their own outside, found again by the data folder's path.
 * @param log Told when the data is not where it was asked for.
 */
export async function preparePlace(
  dataDir: string,
  binaries: PostgresBinaries,
  account: Account | undefined,
  log: (line: string) => void,
): Promise<Place> {
  await mkdir(dataDir, { recursive: true, mode: 0o711 });
  if (!account) return placeIn(dataDir, binaries.home);
  if (!canEnter(dataDir, account)) await chmod(dataDir, 0o711);
  const folder = canEnter(dataDir, account) ? dataDir : await outsideFolder(dataDir);
  const home = canEnter(path.join(binaries.home, 'bin'), account)
    ? binaries.home
    : await copyPrograms(
        binaries,
        await privateFolder(path.join(temporaryRoot(), 'qflow-postgres-programs')),
      );
  if (folder !== dataDir) {
    log(
      `PostgreSQL runs as uid ${account.uid}, which may not enter ${dataDir}: its data is in ${folder} instead.`,
    );
  }
  return placeIn(folder, home);
}

/**
 * Removes everything that `startPostgres` ever kept for this folder, wherever it was. The server must be stopped.
 */
export async function removePostgres(dataDir: string): Promise<void> {
  const folders = [dataDir, outsidePath(await canonical(dataDir))];
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
}

/** Where a server that ran before keeps its data: in the folder itself, or outside it. */
export async function existingPlace(dataDir: string): Promise<string> {
  const outside = outsidePath(await canonical(dataDir));
  const moved = process.getuid?.() === 0 && (await stat(path.join(outside, 'data')).catch(() => undefined));
  return moved ? path.join(outside, 'data') : path.join(dataDir, 'data');
}

function placeIn(folder: string, home: string): Place {
  return { folder, data: path.join(folder, 'data'), bin: path.join(home, 'bin') };
}

/** Asked of the system itself, as that account: modes, owners, groups and ACLs of every parent have their say. */
function canEnter(folder: string, { uid, gid }: Account): boolean {
  return (
    spawnSync('/bin/sh', ['-c', 'cd "$0"', folder], { uid, gid, cwd: '/', stdio: 'ignore' }).status === 0
  );
}

async function outsideFolder(dataDir: string): Promise<string> {
  return privateFolder(outsidePath(await canonical(dataDir)));
}

function outsidePath(dataDir: string): string {
  const key = createHash('sha256').update(dataDir).digest('hex').slice(0, 12);
  return path.join(temporaryRoot(), `qflow-postgres-${key}`);
}

/** /var/tmp where there is one: unlike /tmp it survives a reboot (FHS 5.15), as data in a checkout would. */
function temporaryRoot(): string {
  return process.platform === 'linux' ? '/var/tmp' : tmpdir();
}

/**
 * Makes a folder whose name anybody can guess, in a place where anybody can write.
 * @throws Error when somebody else made it first: what we run from there, we would run for them.
 */
async function privateFolder(folder: string): Promise<string> {
  await mkdir(folder, { mode: 0o711 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const found = await lstat(folder);
  if (!found.isDirectory() || found.uid !== process.getuid?.()) {
    throw new Error(
      `${folder} belongs to somebody else. Remove it, or set DATABASE_URL to a PostgreSQL of your own.`,
    );
  }
  await chmod(folder, 0o711);
  return folder;
}

async function copyPrograms(binaries: PostgresBinaries, into: string): Promise<string> {
  const copy = path.join(into, binaries.version);
  if (await stat(copy).catch(() => undefined)) return copy;
  const draft = `${copy}.${process.pid}`;
  await cp(binaries.home, draft, { recursive: true, verbatimSymlinks: true });
  await chmod(draft, 0o755);
  await rename(draft, copy).catch(async (error: NodeJS.ErrnoException) => {
    // Another start was faster; its copy is as good as ours.
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    await rm(draft, { recursive: true, force: true });
  });
  return copy;
}

function canonical(dataDir: string): Promise<string> {
  return realpath(dataDir).catch(() => path.resolve(dataDir));
}
