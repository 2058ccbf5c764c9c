import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { identify, runsOn } from '../bootstrap/process-identity.js';
import { stopLeftOverPid } from '../processes/left-overs.js';

/**
 * Stops a server that a killed run left on this data folder, and removes a lock file whose pid is by now somebody
 * else's: PostgreSQL itself would take that stranger for a server and refuse to start.
 */
export async function stopLeftOverPostgres(data: string, log: (line: string) => void): Promise<void> {
  const lockFile = path.join(data, 'postmaster.pid');
  const content = await readFile(lockFile, 'utf8').catch(() => '');
  const pid = Number.parseInt(content, 10);
  if (!(pid > 0) || !identify(pid)) return;
  if (!runsOn(pid, data)) {
    await rm(lockFile, { force: true });
    return;
  }
  log(`An earlier run left its PostgreSQL (pid ${pid}) behind; stopping it.`);
  await stopLeftOverPid(pid, [
    ['SIGINT', 10_000],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 5_000],
  ]);
}
