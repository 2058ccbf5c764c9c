import { existsSync } from 'node:fs';
import { rm, rmdir } from 'node:fs/promises';
import { takeLock } from '../bootstrap/lock.js';
import { existingPlace, removePostgres } from '../postgres/place.js';
import { stopLeftOverPostgres } from '../postgres/left-over.js';
import { stackFolder } from './folder.js';
import { ProcessRecord } from './process-record.js';
import { StackLockedError } from './start-stack.js';

/**
 * Drops all data of a stack: database, streams, keys, logs. It removes what a stack makes and nothing else, whatever
 * folder it was pointed at.
 * @returns false when there was nothing to drop.
 * @throws StackLockedError while the stack runs.
 */
export async function resetStack(dataDir: string, log: (line: string) => void): Promise<boolean> {
  const folder = stackFolder(dataDir);
  if (!existsSync(folder.dataDir)) return false;
  const taken = takeLock(folder.lockFile);
  if ('holder' in taken) throw new StackLockedError(folder.dataDir, taken.holder);
  try {
    await new ProcessRecord(folder.processesFile).stopLeftOvers();
    await stopLeftOverPostgres(await existingPlace(folder.postgres), log);
    const { postgres, nats, logs, secretsFile, stackFile, processesFile } = folder;
    const found = [postgres, nats, secretsFile].some((path) => existsSync(path));
    await removePostgres(postgres);
    for (const path of [nats, logs, secretsFile, stackFile, processesFile]) {
      await rm(path, { recursive: true, force: true });
    }
    return found;
  } finally {
    taken.lock.release();
    // Only when nothing else is in it.
    await rmdir(folder.dataDir).catch(() => {});
  }
}
