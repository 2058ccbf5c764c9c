import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { StartupError, StartupOutput } from '../processes/await-line.js';
import { callersEnvironment } from '../processes/environment.js';
import { launch, type RunningProcess } from '../processes/launch.js';
import { freePort } from '../processes/ports.js';
import { postgresAccount, type Account } from './account.js';
import { locatePostgres } from './binaries.js';
import { initialise, superuser } from './initialise.js';
import { stopLeftOverPostgres } from './left-over.js';
import { existingPlace, preparePlace, type Place } from './place.js';

export interface PostgresOptions {
  /** The folder that is this server's; made when missing. */
  readonly dataDir: string;
  /** A free one when left out. */
  readonly port?: number;
  /** The database of the returned URL; made when missing. `postgres` when left out. */
  readonly database?: string;
  /** More server settings, for instance `{ fsync: 'off' }` for data that may be lost. */
  readonly settings?: Readonly<Record<string, string>>;
  /** What a person should know, for instance that a left-over was stopped. */
  readonly log?: (line: string) => void;
  /** Every line that the server prints. */
  readonly output?: (line: string) => void;
}

export interface RunningPostgres extends RunningProcess {
  /** `postgres://…`, as the superuser. */
  readonly url: string;
  readonly port: number;
  /** Where the data really is: see `preparePlace`. */
  readonly data: string;
  /** For instance `18.4`. */
  readonly version: string;
}

/** Long enough for the recovery after a crash in the middle of heavy writing. */
const READY_WITHIN_MS = 60_000;
/** How long orphaned backends of a killed server may keep its shared memory before we give up. */
const ORPHANS_WITHIN_MS = 10_000;

const defaults = {
  listen_addresses: '127.0.0.1',
  // No socket file: its path may be too long, and everybody here speaks TCP.
  unix_socket_directories: '',
  // What was answered must have survived (targets.md: measured with it on).
  synchronous_commit: 'on',
  // Six services with a pool each, their replicas in a benchmark, and a person with psql.
  max_connections: '200',
  timezone: 'UTC',
};

/**
 * Starts a real PostgreSQL 18 on `dataDir`: makes the data when there is none, stops what an earlier run left behind,
 * and resolves when the server has answered a query.
 * @throws StartupError with the server's own words, when it does not come up.
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const log = options.log ?? (() => {});
  const binaries = await locatePostgres();
  const account = await postgresAccount(await existingPlace(options.dataDir));
  const place = await preparePlace(path.resolve(options.dataDir), binaries, account, log);
  await stopLeftOverPostgres(place.data, log);
  const password = await initialise(place, binaries.version, account);
  const { port, server } = await startServer(options, place, account);
  const url = new URL(
    `postgres://${superuser}:${password}@127.0.0.1:${port}/${options.database ?? 'postgres'}`,
  );
  try {
    await ensureDatabase(url);
  } catch (error) {
    await server.stop();
    throw error;
  }
  const version = binaries.version.split('.').slice(0, 2).join('.');
  return { ...server, url: url.href, port, data: place.data, version };
}

async function startServer(
  options: PostgresOptions,
  place: Place,
  account: Account | undefined,
): Promise<{ port: number; server: RunningProcess }> {
  const deadline = performance.now() + ORPHANS_WITHIN_MS;
  for (;;) {
    const port = options.port ?? (await freePort());
    try {
      return { port, server: await tryStart(options, place, account, port) };
    } catch (error) {
      const output = error instanceof StartupError ? error.output : '';
      const stolen = options.port === undefined && output.includes('could not bind');
      const orphans = /pre-existing shared memory block|lock file .* already exists/.test(output);
      if (!(stolen || orphans) || performance.now() > deadline) throw error;
      await pause(100);
    }
  }
}

async function tryStart(
  options: PostgresOptions,
  place: Place,
  account: Account | undefined,
  port: number,
): Promise<RunningProcess> {
  const settings = { ...defaults, ...options.settings, port: String(port) };
  const output = new StartupOutput('PostgreSQL');
  const server = await launch({
    command: path.join(place.bin, 'postgres'),
    args: [
      '-D',
      place.data,
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    env: callersEnvironment(),
    uid: account?.uid,
    gid: account?.gid,
    // Fast shutdown: open transactions are rolled back, the data is left clean.
    stopSignal: 'SIGINT',
    stopWithin: 20_000,
    onLine: (line) => {
      output.add(line);
      options.output?.(line);
    },
  });
  try {
    await output.line(/database system is ready to accept connections/, server.exited, READY_WITHIN_MS);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}

/** Also the handshake: a server that let us in and answered is ready. */
async function ensureDatabase(url: URL): Promise<void> {
  const database = decodeURIComponent(url.pathname.slice(1));
  const admin = new URL(url);
  admin.pathname = '/postgres';
  const client = new pg.Client({ connectionString: admin.href });
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [database]);
    if (!rowCount) await client.query(`create database ${client.escapeIdentifier(database)}`);
  } finally {
    await client.end();
  }
}
