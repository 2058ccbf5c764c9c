import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { BenchStack } from '../../stack/bench-stack.js';
import { readStatements, summarisePlan, type LoggedPlan } from './plan-log.js';

const settings = {
  // Parsing, planning and executing, each with its time; a plan alone tells what executing it took.
  log_min_duration_statement: '0',
  session_preload_libraries: 'auto_explain',
  'auto_explain.log_min_duration': '0',
  'auto_explain.log_analyze': 'on',
  'auto_explain.log_buffers': 'on',
  // The clock read around every row would cost more than the query.
  'auto_explain.log_timing': 'off',
  'auto_explain.log_format': 'json',
};

export interface Explained {
  /** All statements on the log that one request came to, together. */
  readonly databaseMs: number;
  /** The part of it in which nothing was executed yet. */
  readonly planningMs: number;
  /** Of the slowest statement, in a line; undefined where none was seen. */
  readonly plan: string | undefined;
}

const repeats = 3;
/** From the answer until the server's log has reached its file. */
const flushMs = 60;

/**
 * Has the database explain, and time, every statement as the service really asks it (auto_explain): a copy of the SQL
 * kept here would prove something of the copy.
 */
export class Explainer {
  private constructor(private readonly file: string) {}

  static async start(stack: BenchStack): Promise<Explainer> {
    const client = await stack.database.connect();
    try {
      // Only a session that has it loaded may name its settings.
      await client.query(`LOAD 'auto_explain'`);
      for (const [name, value] of Object.entries(settings))
        await client.query(`ALTER SYSTEM SET ${name} = '${value}'`);
      await client.query('SELECT pg_reload_conf()');
    } finally {
      client.release(true);
    }
    // Connections that are open already do not load it.
    await stack.restart('webhooks');
    return new Explainer(path.join(stack.logs, 'postgres.log'));
  }

  /**
   * @param work A request.
   * @returns the median of some repetitions: a single one may meet a busy machine
   */
  async explain(work: () => Promise<unknown>): Promise<Explained> {
    // The first use of a new connection plans from empty caches.
    await work();
    const all: Explained[] = [];
    for (let made = 0; made < repeats; made++) all.push(await this.#explainOnce(work));
    return all.sort((a, b) => a.databaseMs - b.databaseMs)[repeats >> 1] as Explained;
  }

  async #explainOnce(work: () => Promise<unknown>): Promise<Explained> {
    const from = (await stat(this.file)).size;
    await work();
    await pause(flushMs);
    const log = await readFile(this.file);
    // Put aside and begun anew when it has grown too large.
    const text = log.subarray(log.length < from ? 0 : from).toString('utf8');
    const statements = readStatements(text).filter(({ query }) => isAboutLog(query));
    const sum = (kinds: readonly string[]) =>
      statements.reduce((total, { kind, durationMs }) => total + (kinds.includes(kind) ? durationMs : 0), 0);
    const plans = statements.filter((one): one is LoggedPlan => one.kind === 'plan');
    const [slowest] = plans.sort((a, b) => b.durationMs - a.durationMs);
    return {
      databaseMs: sum(['parse', 'bind', 'execute', 'statement']),
      planningMs: sum(['parse', 'bind']),
      plan: slowest && summarisePlan(slowest.plan),
    };
  }
}

/** Reading it; the service looks for what is due at the same time. */
const isAboutLog = (query: string): boolean =>
  /^\s*(SELECT|WITH)\b/i.test(query) && /\bdeliveries\b/.test(query) && !/\bFOR UPDATE\b/i.test(query);
