import { v7 as uuidv7 } from 'uuid';
import type { Change } from './change.js';
import { ensureEnterprise } from './enterprises.js';
import type { TrustState } from './trust.js';
import { findUser, requireUser, type AdminUser } from './users.js';

export interface NewUser {
  email: string;
  /** Made before the transaction begins where others wait for it: hashing takes long, and waits for its turn. */
  passwordHash: string;
  /** Of the enterprise, or null. */
  pin: string | null;
  comms: boolean;
  trust: TrustState;
}

/**
 * Creates a user with an account of its own, and the enterprise where there is none. A user that exists stays as it
 * is, so that set-up scripts may run again.
 */
export async function createUser(change: Change, user: NewUser): Promise<AdminUser & { isNew: boolean }> {
  const { sql } = change;
  const [id, accountId] = [uuidv7(), uuidv7()];
  // Two set-up scripts at once must not leave an account without a user behind.
  await sql(`SELECT pg_advisory_xact_lock(hashtext('create user'))`);
  const existing = await findUser(sql, user.email, user.pin);
  if (existing) return { ...existing, isNew: false };
  const enterpriseId = user.pin === null ? null : await ensureEnterprise(change, user.pin);
  await sql('INSERT INTO accounts (id, enterprise_id, comms_enabled, trust) VALUES ($1, $2, $3, $4)', [
    accountId,
    enterpriseId,
    user.comms,
    user.trust,
  ]);
  await sql(
    'INSERT INTO users (id, account_id, email, enterprise_pin, password_hash) VALUES ($1, $2, $3, $4, $5)',
    [id, accountId, user.email, user.pin, user.passwordHash],
  );
  const { email, pin, comms, trust } = user;
  await change.record('user.create', `user:${id}`, { email, enterprise: pin, commsEnabled: comms, trust });
  return { ...(await requireUser(sql, id)), isNew: true };
}
