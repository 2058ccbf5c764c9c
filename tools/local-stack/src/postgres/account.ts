import { execFileSync } from 'node:child_process';
import { stat } from 'node:fs/promises';

/** The system account that a program runs as. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/**
 * PostgreSQL refuses to run as root. Called by root it therefore runs as whoever owns the data already, or else as
 * `nobody`; called by anybody else it simply runs as the caller.
 * @returns undefined for "as the caller".
 * @throws Error when root has no such account to lend.
 */
export async function postgresAccount(dataFolder: string): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(dataFolder).catch(() => undefined);
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  // It has to be an account with a name: initdb looks itself up.
  return { uid: idOfNobody('-u'), gid: idOfNobody('-g') };
}

function idOfNobody(flag: '-u' | '-g'): number {
  try {
    return Number(
      execFileSync('id', [flag, 'nobody'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    );
  } catch (error) {
    throw new Error(
      'PostgreSQL does not run as root, and there is no account "nobody" to run it as. Call this as an ordinary ' +
        'user, or set DATABASE_URL to a PostgreSQL 18 of your own.',
      { cause: error },
    );
  }
}
