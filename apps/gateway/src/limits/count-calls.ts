import { prepared, type Sql } from '@qflow/persistence';
import type { LimitKind } from './limited.js';

/** A fixed window begins with the first call after the one before has ended (guide, "Rate limits": per minute). */
export const windowSeconds = 60;

/** Calls of one account on one budget that arrived together. */
export interface Counted {
  accountId: string;
  kind: LimitKind;
  budget: number;
  /** One entry per call, in the order of arrival. */
  costs: readonly number[];
}

export interface Count {
  account_id: string;
  kind: LimitKind;
  /** In this window, with what was granted just now. */
  used: number;
  granted: number;
  /** Until the window ends. */
  ms: number;
}

const count = prepared('SELECT account_id, kind, used, granted, ms FROM count_calls($1, $2, $3, $4, $5)');

/**
 * Counts calls against budgets, in one statement for all of them, by the clock of PostgreSQL. Each call is granted as
 * a whole or not at all, in order; what is not granted is not counted. Exact however many replicas do it at once: a
 * row is locked while its count is read and written. The counting itself is in the migration that makes the table.
 */
export const countCalls = (sql: Sql, calls: readonly Counted[]): Promise<Count[]> =>
  sql<Count>(count, [
    calls.map(({ accountId }) => accountId),
    calls.map(({ kind }) => kind),
    calls.map(({ budget }) => budget),
    calls.map(({ costs }) => `{${costs.join(',')}}`),
    windowSeconds,
  ]);
