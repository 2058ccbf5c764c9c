import type { Sql } from '@qflow/persistence';
import { v7 as uuidv7 } from 'uuid';
import { hashPassword } from '../identity/passwords.js';
import type { TrustState } from './command-line.js';
import { findUser, type AdminUser } from './users.js';

export interface NewUser {
  email: string;
  password: string;
  /** Of the enterprise, or null. */
  pin: string | null;
  comms: boolean;
  trust: TrustState;
}

/**
 * Creates a user with an account of its own. One that exists stays as it is, so that set-up scripts may run again.
 * @param sql inside a transaction
 */
export async function createUser(sql: Sql, user: NewUser): Promise<AdminUser & { created: boolean }> {
  const passwordHash = await hashPassword(user.password);
  // Two set-up scripts at once must not leave an account without a user behind.
  await sql(`SELECT pg_advisory_xact_lock(hashtext('create user'))`);
  const existing = await findUser(sql, user.email, user.pin);
  if (existing) return { ...existing, created: false };
  const enterpriseId = user.pin === null ? null : await enterpriseOf(sql, user.pin);
  const accountId = uuidv7();
  await sql('INSERT INTO accounts (id, enterprise_id, comms_enabled, trust) VALUES ($1, $2, $3, $4)', [
    accountId,
    enterpriseId,
    user.comms,
    user.trust,
  ]);
  await sql(
    'INSERT INTO users (id, account_id, email, enterprise_pin, password_hash) VALUES ($1, $2, $3, $4, $5)',
    [uuidv7(), accountId, user.email, user.pin, passwordHash],
  );
  return { ...((await findUser(sql, user.email, user.pin)) as AdminUser), created: true };
}

async function enterpriseOf(sql: Sql, pin: string): Promise<string> {
  await sql('INSERT INTO enterprises (id, pin, name) VALUES ($1, $2, $2) ON CONFLICT (pin) DO NOTHING', [
    uuidv7(),
    pin,
  ]);
  const [enterprise] = await sql<{ id: string }>('SELECT id FROM enterprises WHERE pin = $1', [pin]);
  return (enterprise as { id: string }).id;
}
