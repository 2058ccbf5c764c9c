import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { BenchStack } from '../../stack/bench-stack.js';
import { readStatements, summarisePlan, type LoggedPlan, type LoggedStep } from './plan-log.js';

const settings = {
  // Parsing, planning and executing, each with its time.
  log_min_duration_statement: '0',
  session_preload_libraries: 'auto_explain',
  'auto_explain.log_min_duration': '-1',
  'auto_explain.log_analyze': 'on',
  'auto_explain.log_buffers': 'on',
  'auto_explain.log_timing': 'off',
  'auto_explain.log_format': 'json',
};

/** All statements on the log that one request came to, together. */
export interface DatabaseTime {
  readonly databaseMs: number;
  /** The part of it in which nothing was executed yet. */
  readonly planningMs: number;
}

const repeats = 5;
/** From the answer until the server's log has reached its file. */
const flushMs = 60;

/**
 * Has the database time, and explain, every statement as the service really asks it: a copy of the SQL kept here would
 * prove something of the copy. Explaining slows down what is explained, so it is done apart from timing.
 */
export class Explainer {
  private constructor(
    private readonly stack: BenchStack,
    private readonly file: string,
  ) {}

  static async start(stack: BenchStack): Promise<Explainer> {
    await configure(stack, settings);
    // Connections that are open already do not load auto_explain.
    await stack.restart('webhooks');
    return new Explainer(stack, path.join(stack.logs, 'postgres.log'));
  }

  /** @returns the median of some repetitions: a single one may meet a busy machine */
  async time(request: () => Promise<unknown>): Promise<DatabaseTime> {
    // The first use of a new connection plans from empty caches.
    await request();
    const all: DatabaseTime[] = [];
    for (let made = 0; made < repeats; made++) {
      const statements = await this.#statementsOf(request);
      const sum = (kinds: readonly string[]) =>
        statements.reduce(
          (total, { kind, durationMs }) => total + (kinds.includes(kind) ? durationMs : 0),
          0,
        );
      all.push({
        databaseMs: sum(['parse', 'bind', 'execute', 'statement']),
        planningMs: sum(['parse', 'bind']),
      });
    }
    return all.sort((a, b) => a.databaseMs - b.databaseMs)[repeats >> 1] as DatabaseTime;
  }

  /** From now on the database explains. */
  explainAll(): Promise<void> {
    return configure(this.stack, { 'auto_explain.log_min_duration': '0' });
  }

  /** @returns the plan of the slowest of its statements, in a line; undefined where none was seen */
  async plan(request: () => Promise<unknown>): Promise<string | undefined> {
    const statements = await this.#statementsOf(request);
    const plans = statements.filter((one): one is LoggedPlan => one.kind === 'plan');
    const [slowest] = plans.sort((a, b) => b.durationMs - a.durationMs);
    return slowest && summarisePlan(slowest.plan);
  }

  async #statementsOf(request: () => Promise<unknown>): Promise<(LoggedStep | LoggedPlan)[]> {
    const from = (await stat(this.file)).size;
    await request();
    await pause(flushMs);
    const log = await readFile(this.file);
    // Put aside and begun anew when it has grown too large.
    const text = log.subarray(log.length < from ? 0 : from).toString('utf8');
    return readStatements(text).filter(({ query }) => isAboutLog(query));
  }
}

async function configure({ database }: BenchStack, values: Readonly<Record<string, string>>): Promise<void> {
  const client = await database.connect();
  try {
    // Only a session that has it loaded may name its settings.
    await client.query(`LOAD 'auto_explain'`);
    for (const [name, value] of Object.entries(values))
      await client.query(`ALTER SYSTEM SET ${name} = '${value}'`);
    await client.query('SELECT pg_reload_conf()');
  } finally {
    client.release(true);
  }
}

/** Reading it; the service looks for what is due at the same time. */
const isAboutLog = (query: string): boolean =>
  /^\s*(SELECT|WITH)\b/i.test(query) && /\bdeliveries\b/.test(query) && !/\bFOR UPDATE\b/i.test(query);
