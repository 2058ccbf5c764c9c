import type pg from 'pg';

/** 640 MiB in files of 16: at 12 KiB a send, nearly a minute of the pipeline; from then on checkpoints free others. */
const segments = 40;

/**
 * Gives a new database the log files that one has which has been running for a while. PostgreSQL writes over the files
 * of an earlier checkpoint; as long as there are none it fills each new one with zeros, and every commit waits meanwhile
 * (50 ms, every two to three seconds under load), which is a property of the database's first minutes and of nothing else.
 */
export async function ageWal(superuser: pg.Pool): Promise<void> {
  for (let made = 0; made < segments; made++) {
    await superuser.query(`SELECT pg_logical_emit_message(false, 'bench', '')`);
    await superuser.query('SELECT pg_switch_wal()');
  }
  await superuser.query('CHECKPOINT');
}
