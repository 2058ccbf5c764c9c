import { createHash, randomBytes } from 'node:crypto';
import type { Sql } from '@qflow/persistence';
import { v7 as uuidv7 } from 'uuid';
import type { UserIds } from './log-in.js';

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();

/** 256 random bits. */
export const newRefreshToken = (): string => randomBytes(32).toString('base64url');

export interface Login extends UserIds {
  clientId: string;
  scope: string[];
}

/** Starts a family: the first refresh token of a login. What has expired of the user's earlier logins goes. */
export async function startFamily(sql: Sql, login: Login, token: string, expiresAt: Date): Promise<void> {
  await sql(
    `DELETE FROM token_families f WHERE user_id = $1
        AND NOT EXISTS (SELECT FROM refresh_tokens t WHERE t.family = f.id AND t.expires_at > now())`,
    [login.id],
  );
  await sql(
    `WITH family AS (
       INSERT INTO token_families (id, user_id, client_id, scope) VALUES ($1, $2, $3, $4) RETURNING id)
     INSERT INTO refresh_tokens (hash, family, expires_at) SELECT $5, id, $6 FROM family`,
    [uuidv7(), login.id, login.clientId, login.scope, hashOf(token), expiresAt],
  );
}

/**
 * The login a refresh token belongs to. A token that was spent before has been copied: whoever uses it, its whole
 * family is revoked, so that neither the thief nor the owner goes on unnoticed (RFC 9700 §4.14.2).
 */
export async function findRefreshToken(
  sql: Sql,
  token: string,
): Promise<(Login & { expiresAt: Date }) | undefined> {
  const [found] = await sql<Login & { expiresAt: Date; spent: boolean; revoked: boolean }>(
    `SELECT u.id, u.account_id AS "accountId", f.client_id AS "clientId", f.scope, t.expires_at AS "expiresAt",
            t.spent_at IS NOT NULL AS spent, f.revoked_at IS NOT NULL AS revoked
       FROM refresh_tokens t JOIN token_families f ON f.id = t.family JOIN users u ON u.id = f.user_id
      WHERE t.hash = $1`,
    [hashOf(token)],
  );
  if (found?.spent) await revokeFamily(sql, token);
  return found && !found.spent && !found.revoked ? found : undefined;
}

/**
 * Spends one token and stores its successor, in one statement: a crash costs nobody the session, and of two
 * requests that race with the same token one wins; the other has reused it.
 * @returns false where the token was spent or revoked meanwhile; then the family is revoked
 */
export async function rotate(sql: Sql, spent: string, successor: string, expiresAt: Date): Promise<boolean> {
  const stored = await sql(
    `WITH spent AS (
       UPDATE refresh_tokens t SET spent_at = now() FROM token_families f
        WHERE t.hash = $1 AND t.spent_at IS NULL AND f.id = t.family AND f.revoked_at IS NULL
       RETURNING t.family)
     INSERT INTO refresh_tokens (hash, family, expires_at) SELECT $2, family, $3 FROM spent RETURNING family`,
    [hashOf(spent), hashOf(successor), expiresAt],
  );
  if (stored.length === 0) await revokeFamily(sql, spent);
  return stored.length > 0;
}

const revokeFamily = (sql: Sql, token: string): Promise<unknown> =>
  sql(
    `UPDATE token_families SET revoked_at = now()
      WHERE revoked_at IS NULL AND id = (SELECT family FROM refresh_tokens WHERE hash = $1)`,
    [hashOf(token)],
  );
