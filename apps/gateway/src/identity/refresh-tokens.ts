import { createHash, randomBytes } from 'node:crypto';
import type { Sql } from '@qflow/persistence';
import type { KnownUser, UserIds } from './log-in.js';
import { lastTokenLives, revokeLoginOf, type Revocation } from './revocation/revoke-logins.js';

/** SHA-256: what is stored cannot be used. */
export const refreshTokenHash = (token: string): Buffer => createHash('sha256').update(token).digest();

/** 256 random bits. */
export const newRefreshToken = (): string => randomBytes(32).toString('base64url');

export interface NewLogin {
  /** In every access token of the login, as `sid`. */
  id: string;
  user: KnownUser;
  clientId: string;
  scope: string[];
  /** The first refresh token of the family; absent without the scope `offline_access`. */
  refresh?: { token: string; expiresAt: Date };
}

/**
 * Stores a login, so that it can be ended before its tokens expire, and forgets what has expired of the user's
 * earlier ones.
 * @returns false where the user was disabled, deleted or got another password since it was checked, or the client is gone
 */
export async function startLogin(
  sql: Sql,
  { id, user, clientId, scope, refresh }: NewLogin,
): Promise<boolean> {
  await sql(
    `DELETE FROM token_families f WHERE user_id = $1
        AND created_at < now() - ${lastTokenLives}
        AND NOT EXISTS (SELECT FROM refresh_tokens t WHERE t.family = f.id AND t.expires_at > now())`,
    [user.id],
  );
  // The locks wait for a change of user or client that is under way, and then look again; see `revokeUserLogins`.
  const stored = await sql(
    `WITH owner AS (
       SELECT id FROM users WHERE id = $2 AND password_hash = $3 AND disabled_at IS NULL FOR SHARE),
     client AS (SELECT id FROM clients WHERE id = $4 FOR KEY SHARE),
     family AS (
       INSERT INTO token_families (id, user_id, client_id, scope)
       SELECT $1, owner.id, client.id, $5::text[] FROM owner, client RETURNING id),
     token AS (
       INSERT INTO refresh_tokens (hash, family, expires_at)
       SELECT $6, id, $7 FROM family WHERE $6::bytea IS NOT NULL)
     SELECT id FROM family`,
    [
      id,
      user.id,
      user.passwordHash,
      clientId,
      scope,
      refresh && refreshTokenHash(refresh.token),
      refresh?.expiresAt,
    ],
  );
  return stored.length > 0;
}

/** A login, as one of its refresh tokens tells of it. */
export interface RefreshedLogin extends UserIds {
  loginId: string;
  clientId: string;
  scope: string[];
  expiresAt: Date;
}

/** `reused` names what was ended because of it; to be announced. */
export type FoundRefreshToken = { login: RefreshedLogin } | { reused: Revocation[] } | undefined;

/**
 * The login a refresh token belongs to. A token that was spent before has been copied: whoever uses it, its whole
 * family is revoked, so that neither the thief nor the owner goes on unnoticed (RFC 9700 §4.14.2).
 */
export async function findRefreshToken(sql: Sql, token: string): Promise<FoundRefreshToken> {
  const [found] = await sql<RefreshedLogin & { spent: boolean; revoked: boolean }>(
    `SELECT u.id, u.account_id AS "accountId", f.id AS "loginId", f.client_id AS "clientId", f.scope,
            t.expires_at AS "expiresAt", t.spent_at IS NOT NULL AS spent, f.revoked_at IS NOT NULL AS revoked
       FROM refresh_tokens t JOIN token_families f ON f.id = t.family JOIN users u ON u.id = f.user_id
      WHERE t.hash = $1 AND u.disabled_at IS NULL`,
    [refreshTokenHash(token)],
  );
  if (!found) return undefined;
  const { spent, revoked, ...login } = found;
  if (spent) return { reused: await revokeLoginOf(sql, refreshTokenHash(token)) };
  return revoked ? undefined : { login };
}

/**
 * Spends one token and stores its successor, in one statement: a crash costs nobody the session, and of two
 * requests that race with the same token, on whichever replicas, one wins; the other has reused it. Spent tokens that
 * have expired are forgotten on the way, or a login that is refreshed for years would grow for years.
 *
 * The family is locked first, as by whoever ends or deletes it: neither waits for the other in a circle.
 * @returns `reused` where the token was spent or revoked meanwhile: what was ended because of it, to be announced
 */
export async function rotate(
  sql: Sql,
  spent: string,
  successor: string,
  expiresAt: Date,
): Promise<{ reused: Revocation[] } | undefined> {
  const stored = await sql(
    `WITH login AS (
       SELECT id FROM token_families
        WHERE id = (SELECT family FROM refresh_tokens WHERE hash = $1) AND revoked_at IS NULL FOR SHARE),
     spent AS (
       UPDATE refresh_tokens t SET spent_at = now() FROM login
        WHERE t.hash = $1 AND t.spent_at IS NULL AND t.family = login.id RETURNING t.family),
     forgotten AS (
       DELETE FROM refresh_tokens t USING spent
        WHERE t.family = spent.family AND t.hash <> $1 AND t.expires_at < now())
     INSERT INTO refresh_tokens (hash, family, expires_at) SELECT $2, family, $3 FROM spent RETURNING family`,
    [refreshTokenHash(spent), refreshTokenHash(successor), expiresAt],
  );
  return stored.length > 0 ? undefined : { reused: await revokeLoginOf(sql, refreshTokenHash(spent)) };
}
