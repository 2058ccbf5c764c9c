import { execFile } from 'node:child_process';
import { chown, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';

const run = promisify(execFile);

/** A copy of a PostgreSQL server's files that it can be brought back from. */
export interface BaseBackup {
  /** Puts the copy in the place of the server's files, which must be stopped. */
  restore(): Promise<void>;
}

/**
 * Copies a running server, as `pg_basebackup` and the operators do it (PostgreSQL's manual, "Making a Base Backup
 * Using the Low Level API"): what was committed before it ends is in it.
 * @param url of a superuser
 * @param to a folder that does not exist yet
 */
export async function baseBackup(url: string, to: string): Promise<BaseBackup> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
    const data = rows[0]?.data_directory ?? '';
    await client.query("SELECT pg_backup_start('rehearsal', true)");
    await run('cp', ['-a', data, to]);
    const stopped = await client.query<{ labelfile: string }>('SELECT * FROM pg_backup_stop(false)');
    const label = path.join(to, 'backup_label');
    await writeFile(label, stopped.rows[0]?.labelfile ?? '');
    // Where the suite runs as root the server does not.
    const { uid, gid } = await stat(path.join(to, 'PG_VERSION'));
    await chown(label, uid, gid);
    // The log of what was written while the files were copied, without which they do not fit together.
    await rm(path.join(to, 'pg_wal'), { recursive: true });
    await run('cp', ['-a', path.join(data, 'pg_wal'), to]);
    await rm(path.join(to, 'postmaster.pid'), { force: true });
    return {
      restore: async () => {
        await rm(data, { recursive: true });
        await run('cp', ['-a', to, data]);
      },
    };
  } finally {
    await client.end();
  }
}
