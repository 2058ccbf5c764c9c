import type { Page, PageRequest } from '@qflow/contracts';
import { decodeCursor, type Sql } from '@qflow/persistence';
import { pageOfRows } from '../paging/rows-page.js';
import { isGuid } from '../validation/formats.js';
import { apiKeyColumns, operatorKeyColumns, type ApiKey, type OperatorKey } from './key-view.js';

/** Newest first, also those that have expired; revoked ones are gone. */
export async function listApiKeys(
  sql: Sql,
  accountId: string,
  { after, limit }: PageRequest,
): Promise<Page<ApiKey>> {
  const [id] = after === null ? [] : decodeCursor(after, [isGuid]);
  const rows = await sql<ApiKey>(
    `SELECT ${apiKeyColumns} FROM api_keys WHERE account_id = $1 AND ($2::uuid IS NULL OR id < $2)
      ORDER BY id DESC LIMIT $3`,
    [accountId, id ?? null, limit + 1],
  );
  return pageOfRows(rows, limit, (key) => [key.id]);
}

export const listOperatorKeys = (sql: Sql): Promise<OperatorKey[]> =>
  sql<OperatorKey>(`SELECT ${operatorKeyColumns} FROM operator_keys ORDER BY id DESC`);
