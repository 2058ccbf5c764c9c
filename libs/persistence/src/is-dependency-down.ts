import { QueryFailedError } from 'typeorm';
import { sqlState } from './sql-state.js';

/** Errors of node's sockets and resolver that mean "nobody there". */
const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/**
 * PostgreSQL manual, appendix A: 08 connection, 28 it does not let us in (a password that is being changed), 53 out of
 * resources, 57P server going down or coming up, 25006 read-only: the one that was failed over from, or a stand-by that is
 * about to be promoted.
 */
const serverAway = /^(08|28|53|57P|25006$)/;

/** What pg and its pool say without giving a code; the text is all there is to go by. */
const pgWithoutCode = new Set([
  'Connection terminated unexpectedly',
  'Connection terminated due to connection timeout',
  'Connection terminated',
  'timeout exceeded when trying to connect',
  'Client has encountered a connection error and is not queryable',
]);

/** The connection was lost between two statements of a transaction: TypeORM has let go of it, and says no more than that. */
const lostBetweenStatements = new Set([
  'QueryRunnerProviderAlreadyReleasedError',
  'QueryRunnerAlreadyReleasedError',
]);

/** Whether an error says that PostgreSQL or NATS cannot be reached, rather than that the request met a bug. */
export function isDependencyDown(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = sqlState(error);
  if (code !== undefined) return networkCodes.has(code) || serverAway.test(code);
  // The server puts an SQLSTATE on all it says, so a query that failed without one never got an answer.
  return (
    error instanceof QueryFailedError ||
    pgWithoutCode.has(error.message) ||
    lostBetweenStatements.has(error.name)
  );
}
