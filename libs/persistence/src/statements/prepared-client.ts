import pg from 'pg';
import { sqlState } from '../sql-state.js';
import { nameOfPrepared } from './prepared.js';

/** What of pg's connection a query uses that is sent as a prepared statement. */
interface Wire {
  parsedStatements: Record<string, string>;
  submittedNamedStatements: Record<string, string>;
  close(statement: { type: 'S'; name: string }): void;
}

/** What `pg.Query` does when its turn comes; its types leave that out. */
interface Submitted {
  prepare(connection: Wire): void;
  callback: (error: Error | undefined, result: pg.QueryResult) => void;
}
const PgQuery = pg.Query as unknown as new (config: pg.QueryConfig) => Submitted;

/** Has the server forget the statement of this name and parse its text anew. */
class RenewingQuery extends PgQuery {
  constructor(private readonly config: pg.QueryConfig & { name: string }) {
    super(config);
  }

  override prepare(connection: Wire): void {
    connection.close({ type: 'S', name: this.config.name });
    delete connection.parsedStatements[this.config.name];
    delete connection.submittedNamedStatements[this.config.name];
    super.prepare(connection);
  }
}

/** How often a connection has executed a statement, and when it is planned anew. */
interface Use {
  count: number;
  renewAt: number;
  age: number;
}

/**
 * PostgreSQL keeps a plan until somebody analyses the table. One that was made when the table was empty reads all of it,
 * and the next thousand rows too: so plans are made anew after 16 executions, 32, 64 …, which follows a table that grows
 * and costs nothing, and then now and then.
 */
const firstRenewal = 16;
const longestPlan = 2048;

/**
 * Whether a statement failed only because a migration has changed what it answers since it was parsed, or because the
 * server does not know it: trying again helps.
 */
export const isStaleStatement = (error: unknown): boolean =>
  sqlState(error) === '26000' ||
  (sqlState(error) === '0A000' && /cached plan must not change result type/.test((error as Error).message));

/** Counts the times that a statement was found to be stale: all connections parse theirs anew then. */
let age = 0;

/** A connection on which registered texts (see `prepared`) are parsed and planned once. */
export class PreparedClient extends pg.Client {
  private readonly uses = new Map<string, Use>();

  constructor(config?: string | pg.ClientConfig) {
    super(config);
    // A connection that breaks just when it is handed over has nobody listening: the pool does not any more, its user not
    // yet. Node.js ends a process for that, so there is always somebody; whoever uses it next is told anyway.
    this.on('error', () => {});
    const plain = this.query.bind(this) as (...given: unknown[]) => unknown;
    const query = (text: unknown, values?: unknown, ...rest: unknown[]): unknown => {
      const name = typeof text === 'string' && rest.length === 0 ? nameOfPrepared(text) : undefined;
      if (name === undefined || typeof values === 'function') return plain(text, values, ...rest);
      return this.queryPrepared(plain, { name, text: text as string, values: values as unknown[] });
    };
    this.query = query as typeof this.query;
  }

  private async queryPrepared(
    plain: (...given: unknown[]) => unknown,
    config: pg.QueryConfig & { name: string },
  ): Promise<unknown> {
    try {
      return await (this.isDue(config.name) ? this.renew(plain, config) : plain(config));
    } catch (error) {
      if (isStaleStatement(error)) age++;
      // It failed before it was sent, and pg has closed the statement: the server does not know it any more.
      if (sqlState(error) === undefined) this.uses.delete(config.name);
      throw error;
    }
  }

  private renew(
    plain: (...given: unknown[]) => unknown,
    config: pg.QueryConfig & { name: string },
  ): Promise<pg.QueryResult> {
    const query = new RenewingQuery(config);
    return new Promise((resolve, reject) => {
      query.callback = (error, result) => (error ? reject(error) : resolve(result));
      plain(query);
    });
  }

  /** Whether the statement is to be parsed, at its first use or anew. */
  private isDue(name: string): boolean {
    const use = this.uses.get(name);
    if (!use) {
      this.uses.set(name, { count: 1, renewAt: firstRenewal, age });
      return true;
    }
    const due = use.age !== age || ++use.count > use.renewAt;
    if (due) {
      use.renewAt = Math.min(use.renewAt * 2, longestPlan);
      use.count = 1;
      use.age = age;
    }
    return due;
  }
}
