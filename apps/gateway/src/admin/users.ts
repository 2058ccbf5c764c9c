import type { Sql } from '@qflow/persistence';

/** A user as `qflow-admin` shows it. */
export interface AdminUser {
  userId: string;
  accountId: string;
  email: string;
  enterprise: string | null;
  /** The account's own right; the enterprise may grant it as well. */
  commsEnabled: boolean;
  trust: string;
}

const users = `SELECT u.id AS "userId", u.account_id AS "accountId", u.email, u.enterprise_pin AS enterprise,
    a.comms_enabled AS "commsEnabled", a.trust
  FROM users u JOIN accounts a ON a.id = u.account_id`;

export const listUsers = (sql: Sql): Promise<AdminUser[]> =>
  sql<AdminUser>(`${users} ORDER BY u.enterprise_pin NULLS FIRST, u.email`);

export async function findUser(sql: Sql, email: string, pin: string | null): Promise<AdminUser | undefined> {
  const [user] = await sql<AdminUser>(
    `${users} WHERE u.email = $1 AND u.enterprise_pin IS NOT DISTINCT FROM $2`,
    [email, pin],
  );
  return user;
}

export const describeUser = (user: AdminUser): string =>
  [
    user.enterprise ? `${user.enterprise}/${user.email}` : user.email,
    `account ${user.accountId}`,
    `Comms API ${user.commsEnabled ? 'enabled' : 'disabled'}`,
    `trust ${user.trust}`,
  ].join(', ');
