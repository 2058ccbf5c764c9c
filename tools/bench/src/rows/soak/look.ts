import { readdir } from 'node:fs/promises';
import type pg from 'pg';
import { usageOf } from '../../measure/processes.js';
import type { BenchStack } from '../../stack/bench-stack.js';
import type { Tolerance } from './series.js';

/** One thing as it is at the moment. */
export interface Reading {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  readonly tolerance: Tolerance;
}

/** Everything as it was at a moment of the run. */
export interface Look {
  readonly seconds: number;
  readonly readings: readonly Reading[];
}

type Kind = Omit<Reading, 'name' | 'value'>;

/** What counts as the same: a share of what it was, or what a pool, a page or a collector moves anyway. */
const kinds = {
  memory: { unit: 'MiB', tolerance: { share: 0.1, slack: 20 } },
  heap: { unit: 'MiB', tolerance: { share: 0.15, slack: 15 } },
  files: { unit: 'open', tolerance: { share: 0.1, slack: 10 } },
  handles: { unit: 'open', tolerance: { share: 0.1, slack: 20 } },
  connections: { unit: 'open', tolerance: { share: 0.1, slack: 5 } },
  table: { unit: 'MiB', tolerance: { share: 0.2, slack: 8 } },
  rowSize: { unit: 'bytes/row', tolerance: { share: 0.1, slack: 10 } },
  stream: { unit: 'messages', tolerance: { share: 0.2, slack: 2_000 } },
} satisfies Record<string, Kind>;

const mib = 1_024 * 1_024;
const schemas = ['gateway', 'templates', 'sender', 'webhooks'];
/** What is written less often is not about sends. */
const writtenOften = 500;
/** Below that, a table is a few pages, and a row's share of them says nothing. */
const rowsThatTell = 5_000;

/** The generator and the receiver remember every webhook: that they grow is their job. */
const ours = ['bench', 'receiver'];

/** Everything that must not grow with the number of sends that have been made. */
export async function look(stack: BenchStack, database: pg.Pool): Promise<Reading[]> {
  const [processes, services, tables, streams] = await Promise.all([
    lookAtProcesses(stack),
    Promise.all(Object.entries(stack.info.services).map(([name, url]) => lookAtService(name, url))),
    lookAtDatabase(database),
    lookAtStreams(stack),
  ]);
  return [...processes, ...services.flat(), ...tables, ...streams];
}

async function lookAtProcesses(stack: BenchStack): Promise<Reading[]> {
  const running = Object.entries(stack.processes()).filter(([name]) => !ours.includes(name));
  const usage = usageOf(running.map(([, pid]) => pid));
  const readings = running.map(async ([name, pid]) => [
    { name: `memory of ${name}`, value: usage.get(pid)?.rssMiB ?? NaN, ...kinds.memory },
    { name: `files of ${name}`, value: await openFiles(pid), ...kinds.files },
  ]);
  return (await Promise.all(readings)).flat();
}

/** Files and sockets alike; NaN where the system does not tell. */
const openFiles = (pid: number): Promise<number> =>
  readdir(`/proc/${pid}/fd`).then(
    (files) => files.length,
    () => NaN,
  );

/** What the service tells of itself. */
async function lookAtService(name: string, url: string): Promise<Reading[]> {
  const answer = await fetch(`${url}/metrics`).catch(() => undefined);
  const text = answer?.ok ? await answer.text() : '';
  const valueOf = (metric: string) => Number(new RegExp(`^${metric} (\\S+)$`, 'm').exec(text)?.[1] ?? NaN);
  return [
    { name: `heap of ${name}`, value: valueOf('nodejs_heap_size_used_bytes') / mib, ...kinds.heap },
    { name: `handles of ${name}`, value: valueOf('nodejs_active_resources_total'), ...kinds.handles },
  ];
}

/**
 * Tables whose rows come and go have to stay small: outboxes, what is under way, what waits. Those that keep rows grow,
 * but what one of their rows takes does not, unless dead ones are left among them.
 */
const sizes = `
  SELECT schemaname || '.' || relname AS table, n_tup_ins::float8 AS made, n_tup_del::float8 AS gone,
         n_live_tup::float8 AS live, pg_total_relation_size(relid)::float8 AS bytes
    FROM pg_stat_user_tables WHERE schemaname = ANY ($1) AND n_tup_ins > $2 ORDER BY 1`;

async function lookAtDatabase(database: pg.Pool): Promise<Reading[]> {
  const { rows } = await database.query<{
    table: string;
    made: number;
    gone: number;
    live: number;
    bytes: number;
  }>(sizes, [schemas, writtenOften]);
  const { rows: sessions } = await database.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM pg_stat_activity WHERE backend_type = 'client backend'`,
  );
  return [
    { name: 'connections of PostgreSQL', value: sessions[0]?.count ?? NaN, ...kinds.connections },
    ...rows.map(({ table, made, gone, live, bytes }) =>
      gone > made / 2
        ? { name: `size of ${table}`, value: bytes / mib, ...kinds.table }
        : { name: `a row of ${table}`, value: live > rowsThatTell ? bytes / live : NaN, ...kinds.rowSize },
    ),
  ];
}

/** Those from which messages are removed when they have been handled. */
async function lookAtStreams(stack: BenchStack): Promise<Reading[]> {
  const readings = (['SENDS', 'PROVIDER'] as const).map(async (name) => ({
    ...{
      name: `stream ${name}`,
      value: (await stack.nats.streamSize(name)).messages,
      ...kinds.stream,
    },
  }));
  return Promise.all(readings);
}
