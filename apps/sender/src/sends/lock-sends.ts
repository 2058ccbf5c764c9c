import type { RequestSend } from '@qflow/contracts';
import type { Sql } from '@qflow/persistence';

/*
 * Requests that could decide about each other take turns; each lock ends with its transaction. A single request locks
 * its account shared and its pair and its id for itself, in this order; a bulk call locks the whole account, and waits
 * and is waited for there. So nobody holds what another needs while waiting for what that one holds, and a bulk call
 * costs one lock, not two hundred of the server's shared table.
 */
const account = 'hashtextextended($1, 0)';
const key = (accountId: string, what: string): string => `${accountId}/${what}`;

/** Before deciding about one request. */
export async function lockOne(
  sql: Sql,
  { accountId, attendeeId, templateId, requestId }: RequestSend,
): Promise<void> {
  await sql(
    `SELECT pg_advisory_xact_lock_shared(${account}), pg_advisory_xact_lock(hashtextextended($2, 0))`,
    [accountId, key(accountId, `${attendeeId}/${templateId}`)],
  );
  if (requestId !== null) await lockRequest(sql, accountId, requestId);
}

/** Before deciding about several requests of one account together. */
export const lockAll = async (sql: Sql, accountId: string): Promise<void> => {
  await sql(`SELECT pg_advisory_xact_lock(${account})`, [accountId]);
};

/** Before making something for a caller's own id that belongs to no pair. */
export const lockId = async (sql: Sql, accountId: string, requestId: string): Promise<void> => {
  await sql(`SELECT pg_advisory_xact_lock_shared(${account})`, [accountId]);
  await lockRequest(sql, accountId, requestId);
};

const lockRequest = async (sql: Sql, accountId: string, requestId: string): Promise<void> => {
  await sql('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [key(accountId, requestId)]);
};
