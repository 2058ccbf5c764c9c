import type { Sql } from '@qflow/persistence';
import { accessTokenSeconds } from '../../config.js';

/** A login or a single access token that was ended before it expired. */
export interface Revocation {
  /** `sid` or `jti` of the access tokens that hold no longer. */
  id: string;
  /** When the last of these tokens has expired anyway. */
  expiresAt: Date;
}

/** For a token minted just before its login was ended, by a replica whose clock is ahead of the database's. */
const clockSlackSeconds = 300;

/** SQL: how long after a login has ended its last access token may still be good by some clock. */
export const lastTokenLives = `interval '${accessTokenSeconds + clockSlackSeconds} seconds'`;

/**
 * Ends every login of a user: the refresh tokens at once, the access tokens within seconds on every replica. For a
 * password that changed and a user who was disabled or is about to be deleted.
 *
 * Call it in the transaction of that change, before or after it: a login with the old password that is under way
 * meanwhile either is ended here or fails.
 * @param sql inside a transaction
 * @returns what to hand to `LoginRevocations.announce` after the commit, where there is one at hand; without it the
 * replicas find out by themselves within two seconds
 */
export async function revokeUserLogins(sql: Sql, userId: string): Promise<Revocation[]> {
  await sql('SELECT FROM users WHERE id = $1 FOR NO KEY UPDATE', [userId]);
  return endLogins(sql, 'user_id = $1', userId);
}

/** The same for every login that went through an OAuth client: for one whose secret leaked or that is deleted. */
export async function revokeClientLogins(sql: Sql, clientId: string): Promise<Revocation[]> {
  await sql('SELECT FROM clients WHERE id = $1 FOR UPDATE', [clientId]);
  return endLogins(sql, 'client_id = $1', clientId);
}

/** Ends the login that a refresh token, by its SHA-256, belongs to. Nothing happens where it has ended before. */
export const revokeLoginOf = (sql: Sql, refreshTokenHash: Buffer): Promise<Revocation[]> =>
  endLogins(sql, 'id = (SELECT family FROM refresh_tokens WHERE hash = $1)', refreshTokenHash);

/** Ends one access token, and nothing else of its login. */
export const revokeAccessToken = (sql: Sql, tokenId: string, expiresAt: Date): Promise<Revocation[]> =>
  sql<Revocation>(
    `INSERT INTO revocations (id, expires_at) VALUES ($1, $2::timestamptz + interval '${clockSlackSeconds} seconds')
     ON CONFLICT (id) DO NOTHING RETURNING id, expires_at AS "expiresAt"`,
    [tokenId, expiresAt],
  );

const endLogins = (sql: Sql, which: string, parameter: string | Buffer): Promise<Revocation[]> =>
  sql<Revocation>(
    `WITH ended AS (
       UPDATE token_families SET revoked_at = now() WHERE revoked_at IS NULL AND ${which} RETURNING id)
     INSERT INTO revocations (id, expires_at) SELECT id, now() + ${lastTokenLives} FROM ended
     ON CONFLICT (id) DO NOTHING RETURNING id, expires_at AS "expiresAt"`,
    [parameter],
  );
