import type { Sql } from '@qflow/persistence';
import { passwordMatches } from './passwords.js';

export interface UserIds {
  id: string;
  accountId: string;
}

/** `{enterprisePin}/{email}`, or an e-mail alone. */
export function readUsername(username: string): { pin: string | null; email: string } {
  const at = username.indexOf('/');
  return {
    pin: at < 0 ? null : username.slice(0, at),
    email: username.slice(at + 1).toLowerCase(),
  };
}

/** The user with this name and password; undefined whichever of the two is wrong, in the same time. */
export async function logIn(sql: Sql, username: string, password: string): Promise<UserIds | undefined> {
  const { pin, email } = readUsername(username);
  const [user] = await sql<UserIds & { hash: string }>(
    `SELECT id, account_id AS "accountId", password_hash AS hash FROM users
      WHERE email = $1 AND enterprise_pin IS NOT DISTINCT FROM $2`,
    [email, pin],
  );
  const matches = await passwordMatches(user?.hash, password);
  return matches && user ? { id: user.id, accountId: user.accountId } : undefined;
}
