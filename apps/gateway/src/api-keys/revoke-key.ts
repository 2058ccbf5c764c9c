import { CodedError } from '@qflow/contracts';
import type { Sql } from '@qflow/persistence';
import type { Change } from '../admin/change.js';

/**
 * Deletes a key of this account.
 * @returns the key's hash in hexadecimal, to be announced after the commit
 * @throws CodedError `not_found`, also for another account's key
 */
export async function revokeApiKey(sql: Sql, accountId: string, id: string): Promise<string> {
  const [revoked] = await sql<{ hash: string }>(
    `DELETE FROM api_keys WHERE account_id = $1 AND id = $2 RETURNING encode(hash, 'hex') AS hash`,
    [accountId, id],
  );
  if (!revoked) throw new CodedError('not_found', 'The API key does not exist.');
  return revoked.hash;
}

/** Deletes a key whosever it is, also an operator's. @throws CodedError `not_found` */
export async function revokeAnyKey(change: Change, id: string): Promise<{ name: string }> {
  const [revoked] = await change.sql<{ name: string; hash: string; subject: string }>(
    `WITH of_account AS (DELETE FROM api_keys WHERE id = $1 RETURNING name, hash),
          of_operator AS (DELETE FROM operator_keys WHERE id = $1 RETURNING name, hash)
     SELECT name, encode(hash, 'hex') AS hash, 'key' AS subject FROM of_account
     UNION ALL SELECT name, encode(hash, 'hex'), 'operator-key' FROM of_operator`,
    [id],
  );
  if (!revoked) throw new CodedError('not_found', `There is no key ${id}.`);
  const { name, hash, subject } = revoked;
  change.revokedKeys = change.revokedKeys.concat(hash);
  await change.record('key.revoke', `${subject}:${id}`, { name });
  return { name };
}
