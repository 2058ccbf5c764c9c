import type { Sql } from '@qflow/persistence';
import { findUser, type AdminUser } from '../users.js';
import type { UserName } from './read-values.js';

/** `pin/email`, as the user logs in. */
export const loginName = ({ email, pin }: UserName): string => (pin === null ? email : `${pin}/${email}`);

/** @throws Error that says who is not there */
export async function requireNamed(sql: Sql, name: UserName): Promise<AdminUser> {
  const user = await findUser(sql, name.email, name.pin);
  if (!user) throw new Error(`there is no user ${loginName(name)}`);
  return user;
}
