import type { Sql } from '@qflow/persistence';
import { isGuid } from '../../validation/formats.js';
import { findByUsername, type UserIds } from '../log-in.js';

/**
 * The user a claim of an external issuer means. `email` is an address and nothing else: with `acme/bob@example.com`,
 * a valid one, its owner would be the member `bob@example.com` of the enterprise `acme`. Any other claim is what its
 * operator fills it with: an e-mail or `{enterprisePin}/{email}` of a user, or the id of an account, for which its
 * first user stands. Disabled users are not found.
 */
export async function findClaimedUser(sql: Sql, name: string, value: string): Promise<UserIds | undefined> {
  if (name === 'email') return findByEmail(sql, value);
  return isGuid(value) ? firstUserOf(sql, value) : findByUsername(sql, value);
}

async function findByEmail(sql: Sql, email: string): Promise<UserIds | undefined> {
  const [user] = await sql<UserIds>(
    `SELECT id, account_id AS "accountId" FROM users
      WHERE enterprise_pin IS NULL AND email = $1 AND disabled_at IS NULL`,
    [email.normalize('NFC').toLowerCase()],
  );
  return user;
}

async function firstUserOf(sql: Sql, accountId: string): Promise<UserIds | undefined> {
  const [user] = await sql<UserIds>(
    `SELECT id, account_id AS "accountId" FROM users WHERE account_id = $1 AND disabled_at IS NULL
      ORDER BY created_at, id LIMIT 1`,
    [accountId],
  );
  return user;
}
