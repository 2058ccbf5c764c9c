import type { Sql } from '@qflow/persistence';
import { isGuid } from '../../validation/formats.js';
import { findByUsername, type UserIds } from '../log-in.js';

/**
 * The user a claim of an external issuer means: an e-mail or `{enterprisePin}/{email}` of a user, or the id of an
 * account, for which its first user stands. Disabled users are not found.
 */
export async function findClaimedUser(sql: Sql, claim: string): Promise<UserIds | undefined> {
  if (!isGuid(claim)) return findByUsername(sql, claim);
  const [user] = await sql<UserIds>(
    `SELECT id, account_id AS "accountId" FROM users WHERE account_id = $1 AND disabled_at IS NULL
      ORDER BY created_at, id LIMIT 1`,
    [claim],
  );
  return user;
}
