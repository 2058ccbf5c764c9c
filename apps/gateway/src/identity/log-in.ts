import type { Sql } from '@qflow/persistence';
import { passwordMatches } from './passwords.js';

export interface UserIds {
  id: string;
  accountId: string;
}

/** A user, as a login finds one. */
export interface KnownUser extends UserIds {
  /** Of the password: a login that is stored later holds only if it is still this one. */
  passwordHash: string;
}

/** What a user name may mean. */
export interface Username {
  /** The enterprise and the e-mail in it, where the name has a slash. Only the first one parts them. */
  member: { pin: string; email: string } | null;
  /** The whole name as an e-mail: `a/b@example.com` is a valid one as well. */
  email: string;
}

/** `{enterprisePin}/{email}`, or an e-mail alone. E-mails are in any letter case; a PIN is exactly as it was given. */
export function readUsername(username: string): Username {
  const name = username.normalize('NFC');
  const at = name.indexOf('/');
  return {
    member: at < 0 ? null : { pin: name.slice(0, at), email: name.slice(at + 1).toLowerCase() },
    email: name.toLowerCase(),
  };
}

/** The user of this name, disabled ones left out; where it can be read in two ways, the member of the enterprise. */
export async function findByUsername(sql: Sql, username: string): Promise<KnownUser | undefined> {
  const { member, email } = readUsername(username);
  const [user] = await sql<KnownUser>(
    `SELECT id, account_id AS "accountId", password_hash AS "passwordHash" FROM users
      WHERE disabled_at IS NULL
        AND ((enterprise_pin IS NULL AND email = $1) OR (enterprise_pin = $2 AND email = $3))
      ORDER BY enterprise_pin NULLS LAST LIMIT 1`,
    [email, member?.pin, member?.email],
  );
  return user;
}

/**
 * The user with this name and password; undefined whichever of the two is wrong, in the same time.
 * @param admit called just before the password is checked; what it throws is thrown
 * @throws CodedError `unavailable` where too many logins wait
 */
export async function logIn(
  sql: Sql,
  username: string,
  password: string,
  admit?: () => void,
): Promise<KnownUser | undefined> {
  const user = await findByUsername(sql, username);
  const matches = await passwordMatches(user?.passwordHash, password, admit);
  return matches ? user : undefined;
}
